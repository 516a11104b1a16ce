import { beforeEach, expect, test } from "vitest";
import { startDesk } from "./desk";

beforeEach(() => {
  document.body.innerHTML = `<div data-desk>
    <ol data-list>
      <li data-row><a data-open href="#1">1</a></li>
      <li data-row><a data-open href="#2">2</a></li>
    </ol>
    <section id="detail"><a data-to-list href="#list">list</a><h2 tabindex="-1" data-heading>2</h2></section>
  </div>`;
});

function open(row: number): void {
  document.querySelectorAll<HTMLElement>("[data-open]")[row]!.click();
}

startDesk(document);

test("an opened row is marked, and from then on walking opens", () => {
  open(0);
  open(1);

  const rows = [...document.querySelectorAll("[data-row]")];
  expect(rows.map((row) => row.getAttribute("aria-current"))).toEqual([null, "true"]);
  expect(document.querySelector("[data-list]")!.hasAttribute("data-open-on-move")).toBe(true);
  expect(document.querySelector("[data-desk]")!.classList.contains("has-case")).toBe(true);
});

test("back to the list stands on the row that was open", () => {
  open(1);

  const event = new MouseEvent("click", { bubbles: true, cancelable: true });
  document.querySelector("[data-to-list]")!.dispatchEvent(event);

  expect(event.defaultPrevented).toBe(true);
  expect(document.activeElement?.textContent).toBe("2");
  expect(document.querySelector("[data-desk]")!.classList.contains("has-case")).toBe(false);
});

test("where no list is on the page, the way back is an ordinary link", () => {
  document.querySelector("[data-list]")!.remove();

  const event = new MouseEvent("click", { bubbles: true, cancelable: true });
  document.querySelector("[data-to-list]")!.dispatchEvent(event);

  expect(event.defaultPrevented).toBe(false);
});
