import type { Feature, Point } from "geojson";
import {
  addProtocol,
  type GeoJSONSource,
  type LngLatBoundsLike,
  Map as Chart,
  type MapLayerMouseEvent,
  type MapLayerTouchEvent,
  type MapMouseEvent,
  type MapTouchEvent,
  Marker,
  NavigationControl,
  type PointLike,
  setWorkerUrl,
} from "maplibre-gl";
import { Protocol } from "pmtiles";
import { basemapStyle, NET } from "./basemap";
import { addHatch, netLayers } from "./net";
import { type Palette, paletteOf, TINTS, tintsFor, tokenOf } from "./palette";
import { Picker } from "./picker";
import { numbersOf, painted, PLAN, PLAN_NUMBERS, planLayers, type PlanUnits, viewOf, type Width } from "./plan";
import { Twin } from "./twin";

const FACES = "system-ui, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
const LIFTED = ["mouseup", "touchend", "touchcancel"] as const;
const CLICKED = ["plan-unit", "plan-point", "grid"];

let isPrepared = false;

function prepare(worker: string): void {
  if (isPrepared) return;
  isPrepared = true;
  setWorkerUrl(worker);
  addProtocol("pmtiles", new Protocol().tile);
}

/**
 * A map on a page, with its table twin, its picker and its draft plan where the page asks for them.
 *
 *     <div class="map" data-map id="net-map" aria-label="Grids of Wenchang"
 *          data-worker="/static/built/assets/map/worker-….js"
 *          data-base="/map/basemap.pmtiles" data-net="/map/net.pmtiles"
 *          data-bounds="119.90,37.15,119.98,37.21" data-limits="119.4,36.8,120.5,37.6" data-lowest="8" data-chosen="370683001002003"
 *          data-plan="/territory/plans/7/units.geojson" data-tinted data-pick></div>
 *
 * It tells `map:ready` when it is drawn and `map:choose` with `{code}` when an area is chosen, and
 * hears `map:assign` with `{units: {code: grid}}`: a redraw that recolours and moves no geometry.
 * While `data-brush` is `unit`, `building` or `compound`, dragging paints: `map:paint` tells `{units}`.
 * `map:settle` with `{units}` says that their assignment stands, `map:restore` that it does not;
 * `map:rows` that rows of the table were exchanged.
 */
export class Board {
  private readonly palette: Palette;
  private readonly chart: Chart;
  private readonly twin: Twin | null;
  private units: PlanUnits | null = null;
  private readonly assigned = new Map<string, string>();
  private chosen = "";
  private hovered = "";
  private marker: Marker | null = null;
  private stroke: Set<string> | null = null;
  private tints = new Map<string, number>();
  private readonly numbers = new Map<string, Feature<Point>>();
  /** What is known to stand: an assignment that was only hoped for falls back to it. */
  private readonly settled = new Map<string, string>();

  constructor(private readonly box: HTMLElement) {
    prepare(absolute(box.dataset["worker"]));
    this.palette = paletteOf(tokenOf(document));
    const table = document.querySelector(`[data-map-twin="${box.id}"]`);
    this.twin = table && new Twin(table, (code) => this.choose(code, { fly: true }), (code) => this.hover(code));
    this.chart = this.draw();
    this.chart.on("load", () => void this.fill());
    this.listenToPage();
  }

  /** Choose an area here and in the table. */
  choose(code: string, { fly = false } = {}): void {
    this.state(this.chosen, { selected: false });
    this.chosen = code;
    this.state(code, { selected: true });
    this.twin?.show(code);
    if (fly) this.flyTo(code);
    this.box.dispatchEvent(new CustomEvent("map:choose", { bubbles: true, detail: { code } }));
  }

  /** Move units to other grids: colours and numbers change where they must, no geometry is sent again. */
  assign(moves: Record<string, string>): void {
    const touched = new Set<string>();
    for (const [code, grid] of Object.entries(moves)) {
      touched.add(this.assigned.get(code) ?? "").add(grid);
      this.assigned.set(code, grid);
    }
    // A grid keeps its tint for as long as the page stands, whatever grids come and go.
    if (this.tints.size === 0) this.tints = tintsFor([...this.assigned.values()].filter(Boolean));
    for (const grid of touched) if (grid && !this.tints.has(grid)) this.tints.set(grid, this.tints.size % TINTS.length);
    for (const [code, grid] of Object.entries(moves)) this.paintUnit(code, { tint: this.tints.get(grid) ?? -1 });
    if (!this.units) return;
    const members = this.units.features.filter(({ properties }) => touched.has(this.assigned.get(properties.code) ?? ""));
    for (const grid of touched) this.numbers.delete(grid);
    const again = numbersOf({ ...this.units, features: members }, (code) => this.assigned.get(code) ?? "");
    for (const number of again.features) this.numbers.set(String(number.properties?.["grid"]), number);
    const features = [...this.numbers.values()];
    this.chart.getSource<GeoJSONSource>(PLAN_NUMBERS)?.setData({ type: "FeatureCollection", features });
  }

  private draw(): Chart {
    const { dataset } = this.box;
    const chart = new Chart({
      container: this.box,
      style: basemapStyle(this.palette, absolute(dataset["base"])),
      localIdeographFontFamily: FACES,
      attributionControl: dataset["attribution"] ? { compact: false, customAttribution: dataset["attribution"] } : false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 19,
      locale: {
        "Map.Title": this.box.getAttribute("aria-label") ?? "",
        "NavigationControl.ZoomIn": dataset["zoomIn"] ?? "+",
        "NavigationControl.ZoomOut": dataset["zoomOut"] ?? "-",
      },
      minZoom: Number(dataset["lowest"] ?? 0),
      ...(boundsOf(dataset["limits"]) && { maxBounds: boundsOf(dataset["limits"])! }),
      ...(boundsOf(dataset["bounds"]) && { bounds: boundsOf(dataset["bounds"])!, fitBoundsOptions: { padding: 24 } }),
    });
    chart.touchZoomRotate.disableRotation();
    chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
    chart.on("error", ({ error }) => this.box.dispatchEvent(new CustomEvent("map:fault", { detail: error.message })));
    return chart;
  }

  private async fill(): Promise<void> {
    addHatch(this.chart, this.palette);
    if (this.box.dataset["net"]) this.addNet(absolute(this.box.dataset["net"]));
    if (this.box.dataset["plan"]) await this.addPlan(this.box.dataset["plan"]);
    if (this.box.dataset["chosen"]) this.choose(this.box.dataset["chosen"]);
    this.listenToChart();
    this.chart.once("idle", () => {
      this.box.dataset["ready"] = "";
      this.box.dispatchEvent(new CustomEvent("map:ready", { bubbles: true }));
    });
  }

  private addNet(address: string): void {
    this.chart.addSource(NET, { type: "vector", url: `pmtiles://${address}`, promoteId: { grid: "code", unit: "code" } });
    const below = this.chart.getLayer("label") ? "label" : undefined;
    for (const layer of netLayers(this.palette)) this.chart.addLayer(layer, below);
    const tones = this.twin?.tones() ?? new Map<string, string>();
    for (const [code, tone] of tones) this.state(code, { tone });
    const bad = [...tones].filter(([, tone]) => tone === "bad").map(([code]) => code);
    this.chart.setFilter("grid-hatch", ["in", ["get", "code"], ["literal", bad]]);
    if (!("tinted" in this.box.dataset) || !this.twin) return;
    for (const [code, tint] of tintsFor(this.twin.codes())) this.state(code, { tint });
  }

  private async addPlan(address: string): Promise<void> {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    const units = (await answer.json()) as PlanUnits;
    this.units = units;
    this.chart.addSource(PLAN, { type: "geojson", data: units, promoteId: "code" });
    this.chart.addSource(PLAN_NUMBERS, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    for (const layer of planLayers(this.palette)) this.chart.addLayer(layer);
    this.assign(Object.fromEntries(units.features.map(({ properties }) => [properties.code, properties.grid])));
    for (const [code, grid] of this.assigned) this.settled.set(code, grid);
    if (!this.box.dataset["bounds"]) this.fitTo(units);
  }

  private fitTo(units: PlanUnits): void {
    const view = viewOf(units);
    if (view) this.chart.fitBounds(view, { padding: 24, animate: false });
  }

  private flyTo(code: string): void {
    const row = document.querySelector<HTMLElement>(`[data-map-twin="${this.box.id}"] [data-code="${CSS.escape(code)}"]`);
    const bounds = boundsOf(row?.dataset["bounds"]);
    if (bounds) this.chart.fitBounds(bounds, { padding: 48, maxZoom: 16 });
    else if (this.units) this.fitTo({ ...this.units, features: this.members(code) });
  }

  /** The units of a grid, or the one unit of that code. */
  private members(code: string): PlanUnits["features"] {
    return this.units?.features.filter(
      ({ properties }) => properties.code === code || this.assigned.get(properties.code) === code,
    ) ?? [];
  }

  private listenToChart(): void {
    for (const layer of CLICKED) {
      if (!this.chart.getLayer(layer)) continue;
      this.chart.on("mousemove", layer, (event) => this.hover(codeOf(event)));
      this.chart.on("mouseleave", layer, () => this.hover(""));
      if (!("pick" in this.box.dataset)) {
        this.chart.on("click", layer, (event) => {
          if (!this.brush) this.choose(this.areaOf(codeOf(event)));
        });
      }
      for (const kind of ["mousedown", "touchstart"] as const) {
        this.chart.on(kind, layer, (event) => this.beginStroke(event));
      }
    }
  }

  private get brush(): Width | "" {
    return (this.box.dataset["brush"] ?? "") as Width | "";
  }

  /** Paint from here until the pointer is lifted, and tell what was painted. */
  private beginStroke(event: MapLayerMouseEvent | MapLayerTouchEvent): void {
    if (!this.brush || !this.units || this.stroke) return;
    event.preventDefault();
    this.stroke = new Set();
    const paint = (at: MapMouseEvent | MapTouchEvent): void => this.paint(at.point);
    const end = (): void => {
      this.chart.off("mousemove", paint);
      this.chart.off("touchmove", paint);
      for (const kind of LIFTED) removeEventListener(kind, end);
      const units = [...(this.stroke ?? [])];
      this.stroke = null;
      for (const code of units) this.paintUnit(code, { selected: false });
      if (units.length) this.box.dispatchEvent(new CustomEvent("map:paint", { bubbles: true, detail: { units } }));
    };
    this.chart.on("mousemove", paint);
    this.chart.on("touchmove", paint);
    for (const kind of LIFTED) addEventListener(kind, end);
    this.paint(event.point);
  }

  private paint(point: PointLike): void {
    const layers = ["plan-unit", "plan-point"];
    for (const found of this.chart.queryRenderedFeatures(point, { layers }).slice(0, 1)) {
      for (const code of painted(this.units!, String(found.properties["code"]), this.brush || "unit")) {
        this.stroke?.add(code);
        this.paintUnit(code, { selected: true });
      }
    }
  }

  /** What a click on a unit of a draft means: its grid where the table is one of grids. */
  private areaOf(code: string): string {
    const codes = this.twin?.codes() ?? [];
    const grid = this.assigned.get(code);
    return grid && !codes.includes(code) && codes.includes(grid) ? grid : code;
  }

  private listenToPage(): void {
    this.box.addEventListener("map:assign", (event) => {
      this.assign((event as CustomEvent<{ units: Record<string, string> }>).detail.units);
    });
    this.box.addEventListener("map:settle", (event) => {
      for (const code of unitsOf(event)) this.settled.set(code, this.assigned.get(code) ?? "");
    });
    this.box.addEventListener("map:restore", (event) => {
      this.assign(Object.fromEntries(unitsOf(event).map((code) => [code, this.settled.get(code) ?? ""])));
    });
    this.box.addEventListener("map:rows", () => {
      this.twin?.renew();
      this.twin?.mark(this.chosen);
    });
    const form = "pick" in this.box.dataset ? this.box.closest("form") : null;
    if (!form) return;
    const picker = new Picker(form, this.box, ({ lon, lat }) => this.markAt(lon, lat));
    this.chart.on("click", ({ lngLat }) => picker.pick({ lon: lngLat.lng, lat: lngLat.lat }));
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || (event.target as Element).closest("button")) return;
      event.preventDefault();
      const { lng, lat } = this.chart.getCenter();
      picker.pick({ lon: lng, lat });
    });
  }

  private markAt(lon: number, lat: number): void {
    this.marker ??= new Marker({ color: this.palette.bad });
    this.marker.setLngLat([lon, lat]).addTo(this.chart);
    this.marker.getElement().setAttribute("aria-hidden", "true");
    if (!this.chart.getBounds().contains([lon, lat])) this.chart.jumpTo({ center: [lon, lat], zoom: 16 });
  }

  private hover(code: string): void {
    if (code === this.hovered) return;
    this.state(this.hovered, { hover: false });
    this.hovered = code;
    this.state(code, { hover: true });
    this.chart.getCanvas().classList.toggle("is-over", code !== "");
  }

  private paintUnit(code: string, state: Record<string, unknown>): void {
    if (this.chart.getSource(PLAN)) this.chart.setFeatureState({ source: PLAN, id: code }, state);
  }

  /** Set the state of an area: of a grid of the net, of a draft's unit, or of all units of a draft's grid. */
  private state(code: string, state: Record<string, unknown>): void {
    if (!code) return;
    if (this.chart.getSource(NET)) {
      for (const sourceLayer of ["grid", "unit"]) this.chart.setFeatureState({ source: NET, sourceLayer, id: code }, state);
    }
    if (!this.chart.getSource(PLAN)) return;
    for (const { properties } of this.members(code)) {
      this.chart.setFeatureState({ source: PLAN, id: properties.code }, state);
    }
  }
}

function codeOf(event: MapLayerMouseEvent): string {
  return String(event.features?.[0]?.properties["code"] ?? "");
}

function unitsOf(event: Event): string[] {
  return (event as CustomEvent<{ units: string[] }>).detail.units;
}

function absolute(address: string | undefined): string {
  return address ? new URL(address, location.href).href : "";
}

/** Read "west,south,east,north". */
export function boundsOf(text: string | undefined): LngLatBoundsLike | null {
  const parts = (text ?? "").split(",").map(Number);
  return parts.length === 4 && parts.every(Number.isFinite) ? (parts as [number, number, number, number]) : null;
}

