import { isNew, startPieces, within } from "./pieces";

const PATIENCE_MS = 10_000;
const MISSES = 2;
const FIELD = "input:not([type='hidden']), textarea, select, [contenteditable='true']";

/**
 * Keep a piece of the page live: ask every few seconds, swap what changed, say when answers stay away.
 *
 *     <section data-poll="5" data-poll-url="/cases/tiles">… {% as_of %} …</section>
 *
 * The server answers 200 with an ETag, or 304. A piece with a focused or edited field waits with
 * its news until the person is done. An answer whose root has the piece's own id replaces the
 * piece itself: without `data-poll` it ends the asking (a job that is done). A closed door
 * (401, 403, 404 or a log-in page) ends it too.
 */
export function startPoll(root: ParentNode, after: (piece: Element) => void = () => {}): void {
  for (const piece of within<HTMLElement>(root, "[data-poll]")) {
    if (isNew(piece, "poll")) new Poll(piece, after).wait();
  }
}

class Poll {
  private etag: string | null = null;
  private misses = 0;
  private news: string | null = null;

  constructor(
    private piece: HTMLElement,
    private readonly after: (piece: Element) => void,
  ) {
    document.addEventListener("visibilitychange", this.wake);
    piece.addEventListener("focusout", () => setTimeout(() => this.bringNews()));
  }

  wait(): void {
    const seconds = Number(this.piece.dataset["poll"]);
    if (seconds > 0 && this.piece.isConnected) setTimeout(() => void this.ask(), seconds * 1000);
    else document.removeEventListener("visibilitychange", this.wake);
  }

  private readonly wake = (): void => {
    if (!document.hidden && this.misses > 0) void this.ask({ again: false });
  };

  private async ask({ again } = { again: true }): Promise<void> {
    const isOver = document.hidden ? false : await this.hear();
    if (again && !isOver) this.wait();
  }

  /** Ask once. True means that there is nothing more to ask for. */
  private async hear(): Promise<boolean> {
    try {
      const answer = await fetch(this.piece.dataset["pollUrl"] ?? location.href, {
        headers: { "HX-Request": "true", "Yige-Poll": "1", ...(this.etag && { "If-None-Match": this.etag }) },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.redirected || [401, 403, 404].includes(answer.status)) return this.lose();
      if (answer.status !== 304 && !answer.ok) return this.miss();
      this.misses = 0;
      if (answer.status === 200) {
        this.etag = answer.headers.get("ETag");
        this.news = await answer.text();
      }
      this.bringNews();
      if (this.news === null) sayAsOf(this.piece, new Date());
      return false;
    } catch {
      return this.miss();
    }
  }

  private miss(): boolean {
    this.misses += 1;
    if (this.misses >= MISSES) sayLost(this.piece);
    return false;
  }

  private lose(): boolean {
    sayLost(this.piece);
    document.removeEventListener("visibilitychange", this.wake);
    return true;
  }

  private bringNews(): void {
    if (this.news === null || isInUse(this.piece)) return;
    const focused = addressOf(document.activeElement, this.piece);
    this.piece = swap(this.piece, this.news);
    this.news = null;
    if (focused) this.piece.querySelector<HTMLElement>(focused)?.focus();
    sayAsOf(this.piece, new Date());
    startPieces(this.piece);
    this.after(this.piece);
  }
}

function isInUse(piece: Element): boolean {
  return within<HTMLElement>(piece, FIELD).some(
    (field) => field === document.activeElement || isEdited(field),
  );
}

function isEdited(field: HTMLElement): boolean {
  if (field instanceof HTMLSelectElement) {
    return [...field.options].some((option) => option.selected !== option.defaultSelected)
      && [...field.options].some((option) => option.defaultSelected);
  }
  if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
    return field.checked !== field.defaultChecked;
  }
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    return field.value !== field.defaultValue;
  }
  return false;
}

/** How to find the focused element again among the new ones. */
function addressOf(focused: Element | null, piece: Element): string | null {
  if (!focused || focused === piece || !piece.contains(focused)) return null;
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const href = focused.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

function swap(piece: HTMLElement, html: string): HTMLElement {
  const holder = piece.ownerDocument.createElement("template");
  holder.innerHTML = html;
  const root = holder.content.firstElementChild;
  if (piece.id && root instanceof HTMLElement && root.id === piece.id) {
    isNew(root, "poll");
    piece.replaceWith(root);
    return root;
  }
  piece.replaceChildren(holder.content);
  return piece;
}

function asOfLines(piece: Element): HTMLElement[] {
  const own = within<HTMLElement>(piece, "[data-as-of]");
  return own.length > 0 ? own : within<HTMLElement>(document, "[data-as-of]").slice(0, 1);
}

function sayAsOf(piece: Element, at: Date): void {
  for (const line of asOfLines(piece)) {
    line.dataset["asOf"] = at.toISOString();
    delete line.dataset["state"];
    line.textContent = (line.dataset["fresh"] ?? "{}").replace("{}", secondOf(at));
  }
}

function sayLost(piece: Element): void {
  for (const line of asOfLines(piece)) {
    line.dataset["state"] = "lost";
    const last = new Date(line.dataset["asOf"] ?? Date.now());
    line.textContent = (line.dataset["lost"] ?? "{}").replace("{}", secondOf(last));
  }
}

function secondOf(at: Date): string {
  const zone = document.documentElement.dataset["zone"];
  return at.toLocaleTimeString("en-GB", zone ? { timeZone: zone } : {});
}
