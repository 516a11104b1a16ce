/**
 * The table that says what a map shows: whoever cannot see or point reads and chooses there.
 *
 *     <table data-map-twin="net-map">
 *       <tr data-code="370683001002003" data-tone="bad" data-figure="3" tabindex="0">…</tr>
 *     </table>
 *
 * Choosing a row chooses its area on the map and the other way round. A row's tone colours its
 * area (with a texture where it is bad), its figure is what the map writes.
 */
export class Twin {
  private readonly rows = new Map<string, HTMLElement>();

  constructor(
    private readonly table: ParentNode,
    private readonly choose: (code: string) => void,
    private readonly hover: (code: string) => void = () => {},
  ) {
    this.renew();
  }

  /** Take the rows that stand there now: some may be new, some gone. */
  renew(): void {
    const before = new Set(this.rows.values());
    this.rows.clear();
    for (const row of this.table.querySelectorAll<HTMLElement>("[data-code]")) {
      if (before.has(row)) this.rows.set(row.dataset["code"] ?? "", row);
      else this.take(row);
    }
  }

  /** Mark the row of a code as the chosen one and bring it into view. */
  show(code: string): void {
    this.mark(code);
    this.rows.get(code)?.scrollIntoView({ block: "nearest" });
  }

  /** Mark the row of a code as the chosen one, wherever it stands. */
  mark(code: string): void {
    for (const [own, row] of this.rows) row.setAttribute("aria-selected", String(own === code));
  }

  /** The tones that the rows give to their areas. */
  tones(): Map<string, string> {
    const toned = [...this.rows].filter(([, row]) => row.dataset["tone"]);
    return new Map(toned.map(([code, row]) => [code, row.dataset["tone"] ?? ""]));
  }

  codes(): string[] {
    return [...this.rows.keys()];
  }

  private take(row: HTMLElement): void {
    const code = row.dataset["code"] ?? "";
    this.rows.set(code, row);
    if (!row.hasAttribute("tabindex")) row.tabIndex = 0;
    row.addEventListener("click", (event) => {
      if (!isControl(event.target)) this.choose(code);
    });
    row.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (isControl(event.target)) return;
      event.preventDefault();
      this.choose(code);
    });
    row.addEventListener("mouseenter", () => this.hover(code));
    row.addEventListener("mouseleave", () => this.hover(""));
    row.addEventListener("focus", () => this.hover(code));
    row.addEventListener("blur", () => this.hover(""));
  }
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, input, select, label") !== null;
}
