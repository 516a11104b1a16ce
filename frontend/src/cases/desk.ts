/**
 * The desk: a case opens beside its list, and the list keeps its place.
 *
 *     <div class="desk is-cases" data-desk>
 *       <ol data-list><li data-row><a data-open href="/cases/1" hx-get="/cases/1" hx-target="#detail"></a></li></ol>
 *       <section id="detail"><a data-to-list data-key="u" href="/cases/"></a><h2 tabindex="-1" data-heading></h2></section>
 *     </div>
 *
 * Opening by hand brings the focus to the case; walking with j and k leaves it in the list. From the
 * first opened case on a walk opens as well, so that the next case is one key away. On the phone the
 * list steps aside while a case is open.
 */
export function startDesk(page: Document): void {
  let byHand = false;
  page.addEventListener("click", (event) => {
    const on = event.target as Element;
    const link = on.closest<HTMLElement>("[data-desk] [data-open]");
    if (link) {
      byHand = event.isTrusted;
      mark(link);
    } else if (on.closest("#detail button")) {
      byHand = true;
    } else if (on.closest("[data-to-list]") && toList(page)) {
      event.preventDefault();
    }
  });
  page.addEventListener("htmx:after:swap", (event) => {
    const detail = page.getElementById("detail");
    if (!detail || !isAbout(event, detail) || !byHand) return;
    byHand = false;
    if (detail.querySelector("[data-error-summary]")) return;
    detail.querySelector<HTMLElement>("[data-heading]")?.focus();
    detail.scrollTop = 0;
  });
}

/** Note which row is open; from now on walking opens. */
function mark(link: HTMLElement): void {
  const desk = link.closest("[data-desk]");
  const list = link.closest<HTMLElement>("[data-list]");
  for (const row of list?.querySelectorAll("[data-row][aria-current]") ?? []) row.removeAttribute("aria-current");
  link.closest("[data-row]")?.setAttribute("aria-current", "true");
  if (list) list.dataset["openOnMove"] = "";
  desk?.classList.add("has-case");
}

/** Go back to the list beside or behind the case. False where there is none on this page. */
function toList(page: Document): boolean {
  const desk = page.querySelector("[data-desk]");
  const list = desk?.querySelector<HTMLElement>("[data-list]");
  if (!desk || !list) return false;
  desk.classList.remove("has-case");
  const row = list.querySelector<HTMLElement>("[data-row][aria-current] [data-open]");
  (row ?? list.querySelector<HTMLElement>("[data-open]"))?.focus();
  return true;
}

function isAbout(event: Event, detail: Element): boolean {
  const target = (event as CustomEvent<{ ctx?: { target?: unknown } }>).detail?.ctx?.target;
  return target instanceof Element ? target === detail : detail.contains(event.target as Node);
}
