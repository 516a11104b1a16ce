import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startCopy } from "./copy";

beforeAll(() => startCopy(document));
beforeEach(() => {
  document.body.innerHTML = `<p><b data-copy-text>2026-000123</b><button data-copy="2026-000123" data-done="已复制">复制</button></p><div data-toasts></div>`;
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("a tap puts the number on the clipboard and says so", async () => {
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();

  document.querySelector("button")!.click();
  await settled();

  expect(write).toHaveBeenCalledWith("2026-000123");
  expect(document.querySelector("[data-toasts]")!.textContent).toBe("已复制");
});

test("where the clipboard is closed the number is at least selected", async () => {
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("refused"));

  document.querySelector("button")!.click();
  await settled();

  expect(document.getSelection()!.toString()).toBe("2026-000123");
});
