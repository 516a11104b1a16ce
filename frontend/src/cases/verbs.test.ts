import { beforeEach, expect, test } from "vitest";
import { startVerbs } from "./verbs";

beforeEach(() => {
  document.body.innerHTML = `<details class="case-more"><summary>more</summary>
    <details class="verb"><summary data-key="a">assign</summary>
      <form><input type="hidden" name="id"><select name="organisation"></select></form></details>
  </details>`;
});

startVerbs(document);

function verb(): HTMLDetailsElement {
  return document.querySelector<HTMLDetailsElement>(".verb")!;
}

test("a step that is opened has the focus in its first field", () => {
  verb().querySelector("summary")!.focus();
  verb().open = true;
  verb().dispatchEvent(new Event("toggle"));

  expect((document.activeElement as HTMLSelectElement).name).toBe("organisation");
});

test("escape closes the step and gives the focus back", () => {
  verb().open = true;

  verb().querySelector("select")!.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));

  expect(verb().open).toBe(false);
  expect(document.activeElement?.textContent).toBe("assign");
});

test("a step that lies behind opens what hides it", () => {
  verb().querySelector("summary")!.click();

  expect(document.querySelector<HTMLDetailsElement>(".case-more")!.open).toBe(true);
});
