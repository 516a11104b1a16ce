const STAYS_MS = 6000;

/**
 * Say something in passing. It is read out politely and goes away by itself.
 *
 *     <div class="toasts" data-toasts role="status" aria-live="polite"></div>
 */
export function toast(words: string, page: Document = document): void {
  const place = page.querySelector("[data-toasts]");
  if (!place) return;
  const line = page.createElement("p");
  line.className = "toast";
  line.textContent = words;
  place.append(line);
  setTimeout(() => line.remove(), STAYS_MS);
}
