const FIRST = "select, textarea, input:not([type='hidden'], [type='file'])";

/**
 * The form of a step: opened by its button or key it has the focus at once, Esc closes it.
 *
 *     <details class="verb" name="verb"><summary class="button" data-key="a">Dispatch</summary>
 *       <form><select name="organisation"></select></form></details>
 */
export function startVerbs(page: Document): void {
  page.addEventListener(
    "toggle",
    (event) => {
      const verb = event.target;
      if (!(verb instanceof HTMLDetailsElement) || !verb.matches(".verb") || !verb.open) return;
      if (verb.querySelector("[data-error-summary], [aria-invalid]")) return;
      if (verb.contains(page.activeElement)) verb.querySelector<HTMLElement>(FIRST)?.focus();
    },
    { capture: true },
  );
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const verb = (event.target as Element).closest<HTMLDetailsElement>("details.verb[open]");
    if (!verb) return;
    verb.open = false;
    verb.querySelector("summary")?.focus();
  });
  page.addEventListener("click", (event) => openAround(event.target as Element));
}

/** A step behind "More steps" is reached by its key: what hides it opens first. */
function openAround(on: Element): void {
  const verb = on.closest(".verb");
  const more = verb?.closest<HTMLDetailsElement>("details.case-more");
  if (!more || more.open) return;
  more.open = true;
  verb?.querySelector("summary")?.focus();
}
