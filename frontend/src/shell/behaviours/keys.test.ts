import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startKeys } from "./keys";

const PAGE = `
  <input id="q" data-key="/">
  <a id="cases" data-go="c" href="#cases">案件</a>
  <ol data-list>
    <li data-row id="one"><input type="checkbox"><a data-open href="#1">123</a></li>
    <li data-row id="two"><input type="checkbox"><a data-open href="#2">124</a></li>
  </ol>
  <button id="assign" data-key="a">派单</button>
  <dialog data-keys-dialog><input type="checkbox" data-keys-on></dialog>`;

const at = <E extends HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;

function press(key: string, on: EventTarget = document.body): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

beforeAll(() => {
  document.body.innerHTML = PAGE;
  startKeys(document);
});
beforeEach(() => {
  localStorage.clear();
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  document.querySelectorAll("[data-row]").forEach((row) => row.removeAttribute("aria-current"));
  (document.activeElement as HTMLElement | null)?.blur();
});

test("j walks to the next case and stops at the last, k walks back", () => {
  const walked = ["j", "j", "j", "k"].map((key) => {
    press(key);
    return document.activeElement!.textContent;
  });

  expect(walked).toEqual(["123", "124", "124", "123"]);
  expect(at("#one").getAttribute("aria-current")).toBe("true");
});

test("x ticks the case one stands on", () => {
  press("j");
  press("x");

  expect(at<HTMLInputElement>("#one input").checked).toBe(true);
  expect(at<HTMLInputElement>("#two input").checked).toBe(false);
});

test("a letter presses the button that names it, never one that hides", () => {
  const assigned = vi.fn();
  at("#assign").addEventListener("click", assigned);

  press("a");
  at("#assign").hidden = true;
  press("a");
  at("#assign").hidden = false;

  expect(assigned).toHaveBeenCalledTimes(1);
});

test("while somebody writes, letters are letters", () => {
  const assigned = vi.fn();
  at("#assign").addEventListener("click", assigned);
  press("/");

  press("a", at("#q"));

  expect(document.activeElement).toBe(at("#q"));
  expect(assigned).not.toHaveBeenCalled();
});

test("g and then a letter goes to a room of the menu", () => {
  const went = vi.fn();
  at("#cases").addEventListener("click", went);

  press("c");
  press("g");
  press("c");

  expect(went).toHaveBeenCalledTimes(1);
});

test("the question mark shows the list, and shortcuts can be switched off for good", () => {
  press("?");
  const isHelped = at<HTMLDialogElement>("dialog").open;
  at<HTMLDialogElement>("dialog").close();
  localStorage.setItem("yige.keys", "off");

  press("j");

  expect(isHelped).toBe(true);
  expect(document.querySelector("[aria-current]")).toBeNull();
});
