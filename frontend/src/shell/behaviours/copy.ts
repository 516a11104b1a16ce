import { toast } from "./toast";

/**
 * Copy a number at a tap. Where the browser refuses, the number is selected instead.
 *
 *     <b data-copy-text>2026-000123</b> <button data-copy="2026-000123" data-done="Copied">Copy</button>
 */
export function startCopy(page: Document): void {
  page.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (button) void copy(page, button);
  });
}

async function copy(page: Document, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
    toast(button.dataset["done"] ?? "", page);
  } catch {
    const text = button.parentElement?.querySelector("[data-copy-text]");
    if (text) page.getSelection()?.selectAllChildren(text);
  }
}
