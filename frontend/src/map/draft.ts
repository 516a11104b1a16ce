import type { Feature, FeatureCollection, Point } from "geojson";
import type { LayerSpecification, Map as Chart, SourceSpecification } from "maplibre-gl";
import { TINTS, type Palette, tintsFor } from "./palette";
import { chosenLayer, type Found, isOneOf, numbersOf, PLAN, PLAN_CHOSEN, PLAN_NUMBERS, planLayers, UNIT, viewOf } from "./plan";
import { ask, type Columns, inColumns, inRows, type PlanUnit, type Shapes } from "./units";

/** What changes on the map when units change grid. */
export type Redrawn = { tints: Map<string, number>; numbers: FeatureCollection<Point> };

/** The plan that a map draws: which grid each unit is in, how it is tinted, where its number stands. */
export class Draft {
  readonly units: PlanUnit[];
  /** Where the map keeps the state of a unit. */
  readonly place: { source: string; sourceLayer?: string };
  private readonly assigned = new Map<string, string>();
  /** What is known to stand: an assignment that was only hoped for falls back to it. */
  private readonly settled = new Map<string, string>();
  private readonly tints: Map<string, number>;
  private readonly numbers = new Map<string, Feature<Point>>();
  private readonly changed: Record<string, string>;

  static async read(plan: string, outlines: string): Promise<Draft> {
    if (outlines) return new Draft(await ask<Columns>(plan), outlines);
    const shapes = await ask<Shapes>(plan);
    return new Draft(inColumns(shapes), shapes);
  }

  constructor(private readonly columns: Columns, private readonly outlines: string | Shapes) {
    this.units = inRows(columns);
    this.place = typeof outlines === "string" ? { source: PLAN, sourceLayer: UNIT } : { source: PLAN };
    this.changed = columns.changed ?? {};
    for (const { code, grid } of this.units) this.assigned.set(code, grid);
    this.settle(this.assigned.keys());
    this.tints = this.firstTints();
    this.putNumbers(this.units);
  }

  /** Give the sources and layers that draw it. */
  style(palette: Palette): { sources: Record<string, SourceSpecification>; layers: LayerSpecification[] } {
    const { ended: held, points: hasPoints } = this.columns;
    return {
      sources: { [PLAN]: this.source(), [PLAN_NUMBERS]: { type: "geojson", data: this.drawnNumbers() } },
      layers: planLayers(palette, this.found(PLAN), { changed: Object.keys(this.changed), held, hasPoints }),
    };
  }

  /** Draw the line around some units; its source is of its own, so that the others need not be drawn anew. */
  outline(chart: Chart, palette: Palette, codes: string[]): void {
    if (chart.getLayer("plan-chosen")) {
      chart.setFilter("plan-chosen", isOneOf(codes));
      return;
    }
    if (!codes.length) return;
    chart.addSource(PLAN_CHOSEN, this.source());
    chart.addLayer(chosenLayer(palette, this.found(PLAN_CHOSEN), codes), "plan-number");
  }

  /** Give every unit's tint. */
  *tinted(): Iterable<[string, number]> {
    for (const [code, grid] of this.assigned) if (grid) yield [code, this.tints.get(grid) ?? -1];
  }

  /** Move units to other grids. A grid keeps its tint for as long as the page stands. */
  assign(moves: Record<string, string>): Redrawn {
    const touched = new Set<string>();
    for (const [code, grid] of Object.entries(moves)) {
      touched.add(this.assigned.get(code) ?? "").add(grid);
      this.assigned.set(code, grid);
    }
    for (const grid of touched) if (grid && !this.tints.has(grid)) this.tints.set(grid, this.tints.size % TINTS.length);
    for (const grid of touched) this.numbers.delete(grid);
    this.putNumbers(this.units.filter(({ code }) => touched.has(this.assigned.get(code) ?? "")));
    const tints = Object.entries(moves).map(([code, grid]): [string, number] => [code, this.tints.get(grid) ?? -1]);
    return { tints: new Map(tints), numbers: this.drawnNumbers() };
  }

  /** Note that the grids of these units stand. */
  settle(codes: Iterable<string>): void {
    for (const code of codes) this.settled.set(code, this.assigned.get(code) ?? "");
  }

  /** Tell in which grids units were when that was settled last. */
  before(codes: string[]): Record<string, string> {
    return Object.fromEntries(codes.map((code) => [code, this.settled.get(code) ?? ""]));
  }

  /** The units of a grid or of a change, or the one unit of that code. */
  members(code: string): string[] {
    if (this.assigned.has(code)) return [code];
    return this.units.flatMap(({ code: unit }) => (this.namesOf(unit).includes(code) ? [unit] : []));
  }

  /** What a unit belongs to: its grid, and its change where it has one. */
  namesOf(code: string): string[] {
    return [this.assigned.get(code), this.changed[code]].filter((name): name is string => Boolean(name));
  }

  /** What to show of it: all, or only some of its units. */
  view(code = ""): [number, number, number, number] | null {
    const members = new Set(code ? this.members(code) : []);
    return viewOf(code ? this.units.filter((unit) => members.has(unit.code)) : this.units);
  }

  private source(): SourceSpecification {
    const { outlines } = this;
    if (typeof outlines !== "string") return { type: "geojson", data: outlines, promoteId: "code" };
    return { type: "vector", url: `pmtiles://${outlines}`, promoteId: { [UNIT]: "code" } };
  }

  private found(source: string): Found {
    return typeof this.outlines === "string" ? { source, "source-layer": UNIT } : { source };
  }

  private firstTints(): Map<string, number> {
    const { tinted = {} } = this.columns;
    const grids = [...this.assigned.values()].filter(Boolean);
    const tints = tintsFor([...grids.filter((grid) => !(grid in tinted)), ...Object.values(tinted)]);
    for (const [grid, like] of Object.entries(tinted)) tints.set(grid, tints.get(like) ?? 0);
    return tints;
  }

  private putNumbers(units: PlanUnit[]): void {
    const placed = numbersOf(units, (code) => this.assigned.get(code) ?? "");
    for (const number of placed.features) this.numbers.set(String(number.properties?.["grid"]), number);
  }

  private drawnNumbers(): FeatureCollection<Point> {
    return { type: "FeatureCollection", features: [...this.numbers.values()] };
  }
}
