import { expect, test, vi } from "vitest";
import { startPrinting } from "./printing";

test("a tap on the button prints the page, a tap beside it does not", () => {
  document.body.innerHTML = `<p>doors</p><button type="button" data-print><b>print</b></button>`;
  const print = vi.fn();
  window.print = print;
  startPrinting(document);

  document.querySelector("p")!.click();
  document.querySelector("b")!.click();

  expect(print).toHaveBeenCalledTimes(1);
});
