/**
 * Close open menus at Esc and at a tap elsewhere; open and close dialogs by name.
 *
 *     <details data-menu><summary>…</summary>…</details>
 *     <button data-open-dialog="filter">Filter</button> <dialog id="filter">… <button data-close></dialog>
 */
export function startMenus(page: Document): void {
  page.addEventListener("click", (event) => {
    const on = event.target as Element;
    closeMenus(page, on);
    const opener = on.closest<HTMLElement>("[data-open-dialog]");
    const dialog = opener && page.getElementById(opener.dataset["openDialog"] ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
    if (on.closest("[data-close]")) on.closest("dialog")?.close();
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = page.querySelector<HTMLDetailsElement>("details[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}

function closeMenus(page: Document, except: Element): void {
  for (const menu of page.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}
