/**
 * Print the page at a tap.
 *
 *     <button type="button" data-print>…</button>
 */
export function startPrinting(root: Document): void {
  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-print]")) root.defaultView?.print();
  });
}
