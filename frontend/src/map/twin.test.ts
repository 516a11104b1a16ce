import { beforeEach, expect, test, vi } from "vitest";
import { Twin } from "./twin";

beforeEach(() => {
  document.body.innerHTML = `<table><tbody>
    <tr data-code="370683001002001" data-tone="bad"><td>01</td><td><a href="#">看</a></td></tr>
    <tr data-code="370683001002002"><td>02</td></tr></tbody></table>`;
  Element.prototype.scrollIntoView = vi.fn();
});

const row = (code: string): HTMLElement => document.querySelector(`[data-code="${code}"]`)!;

test("a grid is chosen by a click on its row, and by Enter for those without a mouse", () => {
  const chosen: string[] = [];
  new Twin(document, (code) => chosen.push(code));

  row("370683001002001").click();
  row("370683001002002").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));

  expect(chosen).toEqual(["370683001002001", "370683001002002"]);
  expect(row("370683001002002").tabIndex).toBe(0);
});

test("a link inside a row stays a link", () => {
  const choose = vi.fn();
  new Twin(document, choose);

  document.querySelector("a")!.click();

  expect(choose).not.toHaveBeenCalled();
});

test("what is chosen on the map is marked in the table, and only that", () => {
  const twin = new Twin(document, () => {});

  twin.show("370683001002001");
  twin.show("370683001002002");

  expect(row("370683001002001").getAttribute("aria-selected")).toBe("false");
  expect(row("370683001002002").getAttribute("aria-selected")).toBe("true");
});

test("rows give their areas a tone", () => {
  const twin = new Twin(document, () => {});

  expect([...twin.tones()]).toEqual([["370683001002001", "bad"]]);
});
