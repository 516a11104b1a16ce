import { newId } from "../shell/behaviours/command";

/** What the server answers to a stroke: where the draft differs from the version last seen. */
export type Changes = {
  version: number;
  reload: boolean;
  units: Record<string, string>;
  communities: string[];
  rows: Record<string, string>;
  summary: string;
  undo: number;
  redo: number;
  said: string;
  note?: string;
};
type Sent = { ok: boolean; answer: Changes & { refusal?: string } };

const LOOK_EVERY_MS = 5_000;

/**
 * The brush of a draft: what is painted on the map goes to the chosen grid, stroke by stroke.
 *
 *     <div data-workbench="plan-map" data-strokes="…/strokes" data-changes="…/changes" data-version="7"
 *          data-target="The brush fills grid {}." data-target-new="…" data-no-target="…" data-lost="…">
 *       <fieldset class="brush" hidden><input type="radio" name="brush" value="unit"> …
 *         <button type="button" data-new-grid>New grid</button></fieldset>
 *       <form method="post" action="…/undo" data-stroke data-undo>…<span data-count>3</span></form>
 *       <p role="status" data-said></p>
 *     </div>
 *
 * Strokes are shown at once and sent one after the other, each on the version the last answer gave;
 * the answer says what has changed, by colleagues too, and its rows take the place of the old ones.
 * Every form `data-stroke` of the page is sent the same way. Without scripts all of them still work.
 */
export class Workbench {
  private readonly map: HTMLElement;
  private version: number;
  private target = "";
  private isNew = false;
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly bench: HTMLElement) {
    this.map = document.getElementById(bench.dataset["workbench"] ?? "")!;
    this.version = Number(bench.dataset["version"]);
    const brush = bench.querySelector<HTMLElement>(".brush");
    if (brush) brush.hidden = false;
    brush?.addEventListener("change", () => this.takeBrush());
    bench.querySelector("[data-new-grid]")?.addEventListener("click", () => this.aim("", true));
    this.map.addEventListener("map:choose", (event) => this.aim((event as CustomEvent<{ code: string }>).detail.code));
    this.map.addEventListener("map:paint", (event) => this.paint((event as CustomEvent<{ units: string[] }>).detail.units));
    document.addEventListener("submit", (event) => this.takeForm(event), { capture: true });
    document.addEventListener("keydown", (event) => this.takeKey(event));
    setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Paint these units into the grid that the brush fills. */
  paint(units: string[]): void {
    if (!this.target && !this.isNew) {
      this.say(this.bench.dataset["noTarget"]);
      return;
    }
    const body = new FormData();
    for (const unit of units) body.append("units", unit);
    if (this.target) body.set("label", this.target);
    if (this.target) this.assign(Object.fromEntries(units.map((unit) => [unit, this.target])));
    this.send(this.bench.dataset["strokes"] ?? "", body, units);
  }

  private takeBrush(): void {
    const chosen = this.bench.querySelector<HTMLInputElement>("[name='brush']:checked")?.value ?? "";
    this.map.dataset["brush"] = chosen;
    this.sayTarget();
  }

  private aim(code: string, isNew = false): void {
    this.target = code;
    this.isNew = isNew;
    this.sayTarget();
  }

  private sayTarget(): void {
    if (!this.map.dataset["brush"] && !this.isNew) return;
    const { targetNew, target, noTarget } = this.bench.dataset;
    this.say(this.isNew ? targetNew : this.target ? target?.replace("{}", this.target) : noTarget);
  }

  private takeForm(event: Event): void {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-stroke]")) return;
    event.preventDefault();
    event.stopPropagation();
    this.send(form.action, new FormData(form), []);
  }

  private takeKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || (event.target as Element).matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    const which = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    const button = which && this.bench.querySelector<HTMLButtonElement>(`[data-${which}] button`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  /** Send a stroke when all before it are answered; one that is refused leaves the map as it was. */
  private send(address: string, body: FormData, units: string[]): void {
    body.set("command_id", newId());
    this.waiting += 1;
    this.queue = this.queue.then(async () => {
      body.set("based_on", String(this.version));
      const { ok, answer } = await this.post(address, body).catch(() => LOST);
      this.waiting -= 1;
      if (ok) this.take(answer);
      else await this.refuse(answer.refusal ?? this.bench.dataset["lost"] ?? "", units);
    });
  }

  private async post(address: string, body: FormData): Promise<Sent> {
    const token = document.querySelector<HTMLInputElement>("[name='csrfmiddlewaretoken']")?.value ?? "";
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answered = await fetch(address, { method: "POST", body, headers });
    return { ok: answered.ok, answer: (await answered.json()) as Sent["answer"] };
  }

  private async refuse(words: string, units: string[]): Promise<void> {
    if (units.length) this.map.dispatchEvent(new CustomEvent("map:restore", { detail: { units } }));
    await this.ask();
    this.say(words);
  }

  /** See what colleagues have drawn, unless own strokes are on their way. */
  private look(): void {
    if (this.waiting === 0 && !document.hidden) this.queue = this.queue.then(() => this.ask());
  }

  private async ask(): Promise<void> {
    try {
      const answered = await fetch(`${this.bench.dataset["changes"]}?since=${this.version}`, { headers: { Accept: "application/json" } });
      if (answered.ok) this.take((await answered.json()) as Changes);
    } catch {
      // The next look or stroke says what is wrong.
    }
  }

  private take(changes: Changes): void {
    if (changes.reload) {
      location.reload();
      return;
    }
    const isNews = changes.version !== this.version;
    this.version = changes.version;
    this.count("undo", changes.undo);
    this.count("redo", changes.redo);
    if (changes.note || changes.said) this.say([changes.said, changes.note].filter(Boolean).join(" "));
    if (!isNews) return;
    if (this.isNew) this.aimAtNew(changes);
    this.assign(changes.units);
    this.map.dispatchEvent(new CustomEvent("map:settle", { detail: { units: Object.keys(changes.units) } }));
    exchangeRows(document.querySelector(`[data-map-twin="${this.map.id}"] tbody`)!, changes);
    this.map.dispatchEvent(new CustomEvent("map:rows"));
    document.getElementById("plan-tiles")?.replaceWith(fragment(changes.summary));
  }

  /** After the first stroke into a new grid the brush goes on filling that one. */
  private aimAtNew(changes: Changes): void {
    const rows = document.querySelectorAll<HTMLElement>(`[data-map-twin="${this.map.id}"] [data-code]`);
    const known = new Set([...rows].map((row) => row.dataset["code"]));
    const opened = Object.values(changes.units).find((label) => label && !known.has(label));
    if (opened) this.aim(opened);
  }

  private count(which: "undo" | "redo", number: number): void {
    const button = this.bench.querySelector<HTMLButtonElement>(`[data-${which}] button`);
    if (!button) return;
    button.disabled = number === 0;
    button.querySelector("[data-count]")!.textContent = String(number);
  }

  private assign(units: Record<string, string>): void {
    this.map.dispatchEvent(new CustomEvent("map:assign", { detail: { units } }));
  }

  private say(words = ""): void {
    const place = this.bench.querySelector("[data-said]");
    if (place) place.textContent = words;
  }
}

const LOST: Sent = { ok: false, answer: {} as Sent["answer"] };

/** Put the new rows of some communities in the place of the old ones, the worst first. */
export function exchangeRows(body: Element, { communities, rows }: Pick<Changes, "communities" | "rows">): void {
  for (const row of body.querySelectorAll<HTMLElement>("[data-code]")) {
    const { code = "", community = "" } = row.dataset;
    if (!communities.includes(community)) continue;
    const html = rows[code];
    if (html === undefined) row.remove();
    else row.replaceWith(fragment(html));
  }
  const known = new Set([...body.querySelectorAll<HTMLElement>("[data-code]")].map((row) => row.dataset["code"]));
  for (const [code, html] of Object.entries(rows)) if (!known.has(code)) body.append(fragment(html));
  const rank = (row: Element): string => (row as HTMLElement).dataset["rank"] ?? "";
  const inOrder = [...body.children].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  // Only what is out of its place moves: whoever reads or edits a row keeps it under the eye.
  inOrder.forEach((row, place) => {
    if (body.children[place] !== row) body.insertBefore(row, body.children[place] ?? null);
  });
}

function fragment(html: string): Element {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild!;
}
