import { isNew, within } from "./pieces";

const NEVER_KEPT = new Set(["password", "file", "hidden"]);

/**
 * Keep what is typed until it is sent: a reload, a lost log-in or a crash loses nothing.
 *
 *     <form data-guard="report"> … </form>
 *
 * The draft lies in this tab's own storage under the form's name and the page's path. Passwords,
 * files and hidden fields are never kept; a field with `data-no-draft` neither. The draft goes
 * when the server says so: a page that confirms carries `<meta name="draft-done" content="report">`
 * or a piece `data-draft-done="report"`.
 */
export function startGuard(root: ParentNode, store: Storage = sessionStorage): void {
  for (const done of within<HTMLElement>(root, "[data-draft-done], meta[name='draft-done']")) {
    forget(store, done.dataset["draftDone"] ?? done.getAttribute("content") ?? "");
  }
  for (const form of within<HTMLFormElement>(root, "form[data-guard]")) {
    if (!isNew(form, "guard")) continue;
    restore(form, store);
    form.addEventListener("input", () => keep(form, store));
    form.addEventListener("change", () => keep(form, store));
    form.addEventListener("reset", () => store.removeItem(keyOf(form)));
  }
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function keyOf(form: HTMLFormElement): string {
  return `draft:${form.dataset["guard"]}:${location.pathname}`;
}

function forget(store: Storage, name: string): void {
  for (const key of Object.keys(store)) {
    if (key.startsWith(`draft:${name}:`)) store.removeItem(key);
  }
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return within<Field>(form, "input[name], textarea[name], select[name]").filter(
    (field) => !NEVER_KEPT.has(field.type) && !("noDraft" in field.dataset),
  );
}

function keep(form: HTMLFormElement, store: Storage): void {
  const draft: Record<string, string[]> = {};
  for (const field of fieldsOf(form)) {
    const values = (draft[field.name] ??= []);
    if (!isTick(field)) values.push(field.value);
    else if (field.checked) values.push(field.value);
  }
  try {
    store.setItem(keyOf(form), JSON.stringify(draft));
  } catch {
    // A full store keeps the older draft; what is on the page is still there to be sent.
  }
}

/** Put a draft back where the page itself brings nothing: what the server sent is newer. */
function restore(form: HTMLFormElement, store: Storage): void {
  const draft = JSON.parse(store.getItem(keyOf(form)) ?? "{}") as Record<string, string[]>;
  const fields = fieldsOf(form);
  if (fields.some((field) => field.getAttribute("aria-invalid") === "true")) return;
  const seen = new Map<string, number>();
  for (const field of fields) {
    const values = draft[field.name];
    if (!values) continue;
    const place = seen.get(field.name) ?? 0;
    seen.set(field.name, place + 1);
    if (isTick(field)) field.checked = values.includes(field.value);
    else if (isUntouched(field)) field.value = values[place] ?? field.value;
  }
}

function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
}

function isUntouched(field: Field): boolean {
  return field instanceof HTMLSelectElement || field.value === "";
}
