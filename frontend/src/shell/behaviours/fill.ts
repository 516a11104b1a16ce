/**
 * Fill in a form with one tap (the accounts of the demo's log-in).
 *
 *     <button type="button" data-fill-form="login" data-fill-login="li" data-fill-password="…">…</button>
 */
export function startFill(page: Document): void {
  page.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-fill-form]");
    const form = button && page.getElementById(button.dataset["fillForm"] ?? "");
    if (!(form instanceof HTMLFormElement) || !button) return;
    for (const name of ["login", "password"]) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = button.getAttribute(`data-fill-${name}`) ?? "";
    }
    form.querySelector<HTMLElement>("button:not([type='button'])")?.focus();
  });
}
