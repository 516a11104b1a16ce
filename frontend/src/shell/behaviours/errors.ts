import { isNew, within } from "./pieces";

/**
 * Bring the summary of errors into view and focus, and a link of it to its field.
 *
 *     <div class="error-summary" role="alert" tabindex="-1" data-error-summary>
 *       <a href="#form-phone">A telephone number has 11 digits.</a>
 *     </div>
 */
export function startErrors(root: ParentNode): void {
  const all = within<HTMLElement>(root, "[data-error-summary]");
  const summary = all.find((each) => isNew(each, "errors"));
  if (!summary) return;
  summary.addEventListener("click", leadToField);
  summary.focus();
}

function leadToField(event: Event): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href")!.slice(1));
  if (!field) return;
  event.preventDefault();
  const inner = field.matches("fieldset") ? field.querySelector<HTMLElement>("input") : null;
  (inner ?? field).focus();
}
