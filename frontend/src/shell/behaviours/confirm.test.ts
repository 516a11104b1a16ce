import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startConfirm } from "./confirm";

beforeAll(() => startConfirm(document));
beforeEach(() => {
  document.body.innerHTML = `
    <button id="tell" data-confirm="将通知 236 人" data-confirm-verb="通知236人" data-confirm-list="文昌03|文昌04">批准</button>
    <dialog data-confirm-dialog><p data-confirm-text></p><ul data-confirm-list hidden></ul>
      <button data-confirm-yes></button><button data-confirm-no></button></dialog>`;
});

const at = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("nobody is told before a person has seen the number and said yes", async () => {
  const told = vi.fn();
  at("#tell").addEventListener("click", told);

  at("#tell").click();
  const before = told.mock.calls.length;
  const words = [at("[data-confirm-text]").textContent, at("[data-confirm-yes]").textContent];
  at("[data-confirm-yes]").click();
  await settled();

  expect(before).toBe(0);
  expect(words).toEqual(["将通知 236 人", "通知236人"]);
  expect(told).toHaveBeenCalledTimes(1);
});

test("a no leaves everything as it was, and the next time is asked again", async () => {
  const told = vi.fn();
  at("#tell").addEventListener("click", told);

  at("#tell").click();
  at("[data-confirm-no]").click();
  await settled();
  at("#tell").click();

  expect(told).not.toHaveBeenCalled();
  expect(document.querySelectorAll("[data-confirm-list] li")).toHaveLength(2);
});
