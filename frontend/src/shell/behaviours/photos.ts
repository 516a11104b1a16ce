import { isNew, within } from "./pieces";

/**
 * Show chosen photos before they are sent, and keep to the number allowed.
 *
 *     <div data-photos data-limit="3" data-too-many="At most 3 photos.">
 *       <input type="file" multiple accept="image/*"><p data-photos-said></p><ul data-previews></ul>
 *     </div>
 */
export function startPhotos(root: ParentNode): void {
  for (const box of within<HTMLElement>(root, "[data-photos]")) {
    const picker = box.querySelector<HTMLInputElement>("input[type='file']");
    if (!picker || !isNew(box, "photos")) continue;
    picker.addEventListener("change", () => show(box, picker));
  }
}

function show(box: HTMLElement, picker: HTMLInputElement): void {
  const limit = Number(box.dataset["limit"] ?? "3");
  const chosen = [...(picker.files ?? [])];
  if (chosen.length > limit) {
    const kept = new DataTransfer();
    for (const photo of chosen.slice(0, limit)) kept.items.add(photo);
    picker.files = kept.files;
  }
  const said = box.querySelector("[data-photos-said]");
  if (said && chosen.length > limit) said.textContent = box.dataset["tooMany"] ?? "";
  else if (said) said.textContent = chosen.map((photo) => photo.name).join("、");
  box.querySelector("[data-previews]")?.replaceChildren(...chosen.slice(0, limit).map(preview));
}

function preview(photo: File): HTMLLIElement {
  const line = document.createElement("li");
  const image = document.createElement("img");
  image.alt = photo.name;
  image.src = URL.createObjectURL(photo);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  line.append(image);
  return line;
}
