import { beforeAll, beforeEach, expect, test } from "vitest";
import { startMenus } from "./menus";

beforeAll(() => startMenus(document));
beforeEach(() => {
  document.body.innerHTML = `<details data-menu open><summary>我的账号</summary><a href="#x">退出</a></details>
    <button data-open-dialog="filter">筛选</button><dialog id="filter"><button data-close>关闭</button></dialog>`;
});

const menu = (): HTMLDetailsElement => document.querySelector("details")!;

test("Esc closes the menu and leaves the focus on its button", () => {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));

  expect(menu().open).toBe(false);
  expect(document.activeElement).toBe(document.querySelector("summary"));
});

test("a tap elsewhere closes the menu, one inside leaves it", () => {
  document.querySelector("a")!.click();
  const inside = menu().open;
  document.querySelector<HTMLElement>("[data-open-dialog]")!.click();

  expect([inside, menu().open]).toEqual([true, false]);
});

test("a button opens its dialog, and the dialog's own button closes it", () => {
  const dialog = document.querySelector("dialog")!;
  document.querySelector<HTMLElement>("[data-open-dialog]")!.click();
  const opened = dialog.open;
  document.querySelector<HTMLElement>("[data-close]")!.click();

  expect([opened, dialog.open]).toEqual([true, false]);
});
