import { beforeAll, beforeEach, expect, test } from "vitest";
import { startSize } from "./size";

beforeAll(() => startSize(document));
beforeEach(() => {
  delete document.documentElement.dataset["size"];
  document.body.innerHTML = `<form data-size-switch><button name="size" value="large" aria-pressed="false">大字版</button></form>`;
});

const press = (): boolean =>
  document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));

test("the print grows at once, without a journey to the server", () => {
  const went = press();

  expect(went).toBe(false);
  expect(document.documentElement.dataset["size"]).toBe("large");
  expect(document.cookie).toContain("yige_size=large");
});

test("the second press brings back plain print", () => {
  press();
  press();

  expect(document.documentElement.dataset["size"]).toBeUndefined();
  expect(document.querySelector("button")!.getAttribute("aria-pressed")).toBe("false");
  expect(document.cookie).toContain("yige_size=plain");
});
