const WRITING = "input:not([type='checkbox'], [type='radio'], [type='button'], [type='submit']), textarea, select, [contenteditable='true']";
const STORED = "yige.keys";
const PATIENCE_MS = 1500;

/**
 * Shortcuts of the desk. Off in text fields and dialogs; the help dialog switches them off for good.
 *
 *     <input data-key="/">  <button data-key="a">Assign</button>  <a data-key="u" href="…">List</a>
 *     <ol data-list><li data-row><input type="checkbox"><a data-open href="…">123</a></li></ol>
 *     <a data-go="c" href="/cases/">Cases</a>   (reached by g, then c)
 *
 * j and k walk the rows of `data-list`, which may be table rows; x ticks the row's box; ? helps.
 * With `data-open-on-move` on the list a walk also opens the row, so that the next case is one key
 * away. Nothing needs a shortcut: each only presses what stands on the page.
 */
export function startKeys(page: Document, store: Storage = localStorage): void {
  const help = page.querySelector<HTMLDialogElement>("[data-keys-dialog]");
  const box = page.querySelector<HTMLInputElement>("[data-keys-on]");
  if (box) {
    box.checked = store.getItem(STORED) !== "off";
    box.addEventListener("change", () => store.setItem(STORED, box.checked ? "on" : "off"));
  }
  page.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-keys-help]")) help?.showModal();
  });
  let lastG = -PATIENCE_MS;
  page.addEventListener("keydown", (event) => {
    if (store.getItem(STORED) === "off" || !isForUs(page, event)) return;
    const isAfterG = event.timeStamp - lastG < PATIENCE_MS;
    lastG = event.key === "g" && !isAfterG ? event.timeStamp : -PATIENCE_MS;
    const done = isAfterG ? press(page, `[data-go="${CSS.escape(event.key)}"]`) : act(page, event.key, help);
    if (done) event.preventDefault();
  });
}

function isForUs(page: Document, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (page.querySelector("dialog[open]")) return false;
  return !(event.target instanceof Element && event.target.closest(WRITING));
}

function act(page: Document, key: string, help: HTMLDialogElement | null): boolean {
  if (key === "j") return walk(page, 1);
  if (key === "k") return walk(page, -1);
  if (key === "x") return tick(page);
  if (key === "?") {
    help?.showModal();
    return help !== null;
  }
  return "/uarmc".includes(key) && press(page, `[data-key="${CSS.escape(key)}"]`);
}

function press(page: Document, selector: string): boolean {
  const found = [...page.querySelectorAll<HTMLElement>(selector)].find((each) => !each.closest("[hidden]"));
  if (!found) return false;
  found.focus();
  if (!found.matches(WRITING)) found.click();
  return true;
}

function rowsOf(page: Document): HTMLElement[] {
  return [...page.querySelectorAll<HTMLElement>("[data-list] [data-row]")];
}

function currentOf(page: Document, rows: HTMLElement[]): number {
  const focused = rows.findIndex((row) => row.contains(page.activeElement));
  return focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute("aria-current") === "true");
}

function walk(page: Document, step: number): boolean {
  const rows = rowsOf(page);
  const here = currentOf(page, rows);
  const next = rows[here < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, here + step))];
  if (!next) return false;
  for (const row of rows) row.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  const link = next.querySelector<HTMLElement>("[data-open]");
  (link ?? next).focus();
  if (link && next.closest("[data-open-on-move]")) link.click();
  return true;
}

function tick(page: Document): boolean {
  const rows = rowsOf(page);
  const box = rows[currentOf(page, rows)]?.querySelector<HTMLInputElement>("input[type='checkbox']");
  box?.click();
  return box !== undefined && box !== null;
}
