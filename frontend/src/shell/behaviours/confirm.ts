/**
 * Ask before a wide or destructive act, with its numbers and names and one verb on the button.
 *
 *     <button data-confirm="236 people will be told" data-confirm-verb="Tell 236 people"
 *             data-confirm-list="Wenchang 03|Wenchang 04">Approve</button>
 *
 * Without scripts the server's own preview page stands between (it has to anyway).
 */
export function startConfirm(page: Document): void {
  page.addEventListener(
    "click",
    (event) => {
      const asked = (event.target as Element).closest<HTMLElement>("[data-confirm]");
      if (!asked || asked.dataset["confirmed"] === "yes") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void ask(page, asked).then((yes) => {
        if (yes) goOn(asked);
      });
    },
    { capture: true },
  );
}

function ask(page: Document, asked: HTMLElement): Promise<boolean> {
  const dialog = page.querySelector<HTMLDialogElement>("[data-confirm-dialog]");
  if (!dialog) return Promise.resolve(false);
  const yes = part(dialog, "[data-confirm-yes]");
  part(dialog, "[data-confirm-text]").textContent = asked.dataset["confirm"] ?? "";
  yes.textContent = asked.dataset["confirmVerb"] ?? asked.textContent;
  listNames(part(dialog, "[data-confirm-list]"), asked.dataset["confirmList"]);
  dialog.showModal();
  return new Promise((resolve) => {
    yes.onclick = () => dialog.close("yes");
    part(dialog, "[data-confirm-no]").onclick = () => dialog.close("no");
    dialog.addEventListener("close", () => resolve(takeAnswer(dialog)), { once: true });
  });
}

function takeAnswer(dialog: HTMLDialogElement): boolean {
  const isYes = dialog.returnValue === "yes";
  dialog.returnValue = "";
  return isYes;
}

function listNames(list: HTMLElement, names: string | undefined): void {
  list.hidden = !names;
  list.replaceChildren(
    ...(names?.split("|") ?? []).map((name) => {
      const line = list.ownerDocument.createElement("li");
      line.textContent = name;
      return line;
    }),
  );
}

function goOn(asked: HTMLElement): void {
  asked.dataset["confirmed"] = "yes";
  asked.click();
  delete asked.dataset["confirmed"];
}

function part(dialog: HTMLElement, selector: string): HTMLElement {
  const found = dialog.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the confirm dialog has no ${selector}`);
  return found;
}
