import { isNew, within } from "./pieces";

/** Make a UUID of version 7: the millisecond of its birth and 74 random bits. */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let byte = 0; byte < 6; byte += 1) bytes[byte] = Math.floor(now / 2 ** (8 * (5 - byte))) % 256;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * Give each form of a command its id, and send it once however often the button is pressed.
 *
 *     <form method="post" data-command><input type="hidden" name="command_id" value=""></form>
 *
 * Any POST form with a field `command_id` has it; `data-command` adds the field where it lacks.
 */
export function startCommand(root: ParentNode): void {
  for (const form of within<HTMLFormElement>(root, "form")) {
    const field = idField(form);
    if (!field || !isNew(form, "command")) continue;
    if (!field.value) field.value = newId();
    form.addEventListener("submit", (event) => {
      if (form.dataset["sending"] === "yes") event.preventDefault();
      else if (!event.defaultPrevented) markSending(form);
    });
  }
}

function idField(form: HTMLFormElement): HTMLInputElement | null {
  const found = form.querySelector<HTMLInputElement>("input[name='command_id']");
  if (found || !form.matches("[data-command]")) return found;
  const field = form.ownerDocument.createElement("input");
  field.type = "hidden";
  field.name = "command_id";
  form.append(field);
  return field;
}

function markSending(form: HTMLFormElement): void {
  form.dataset["sending"] = "yes";
  form.setAttribute("aria-busy", "true");
  const free = (): void => {
    delete form.dataset["sending"];
    form.removeAttribute("aria-busy");
  };
  // Back from the next page, or answered by htmx in place: the form may be sent again.
  addEventListener("pageshow", free, { once: true });
  form.addEventListener("htmx:finally:request", free, { once: true });
}
