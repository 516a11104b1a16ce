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
  prewarm,
  setWorkerUrl,
  type StyleSpecification,
} from "maplibre-gl";
import { Protocol } from "pmtiles";
import { addBasemap, basemapStyle, NET } from "./basemap";
import { Draft } from "./draft";
import { link } from "./linked";
import { addHatch, netLayers } from "./net";
import { type Palette, paletteOf, tintsFor, tokenOf } from "./palette";
import { Picker } from "./picker";
import { painted, PLAN_NUMBERS, type Width } from "./plan";
import { Twin } from "./twin";

const FACES = "system-ui, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
const LIFTED = ["mouseup", "touchend", "touchcancel"] as const;
const PAINTED = ["plan-unit", "plan-point"];
const CLICKED = [...PAINTED, "grid"];

let isPrepared = false;

function prepare(worker: string): void {
  if (isPrepared) return;
  isPrepared = true;
  setWorkerUrl(worker);
  addProtocol("pmtiles", new Protocol().tile);
  prewarm();
}

/**
 * A map on a page, with its table twin, its picker and its draft plan where the page asks for them.
 *
 *     <div class="map" data-map id="net-map" aria-label="Grids of Wenchang"
 *          data-worker="/static/built/assets/map/worker-….js"
 *          data-base="/map/basemap.pmtiles" data-net="/map/net.pmtiles"
 *          data-bounds="119.90,37.15,119.98,37.21" data-limits="119.4,36.8,120.5,37.6" data-lowest="8" data-chosen="370683001002003"
 *          data-plan="/plans/7/units.json" data-outlines="/plans/7/units.pmtiles" data-linked="other-map"
 *          data-tinted data-pick></div>
 *
 * Without `data-outlines` what `data-plan` gives is GeoJSON. A plan is drawn first, the basemap
 * under it when that is done. Linked maps move together.
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
  private chosen = "";
  private hovered = "";
  private marker: Marker | null = null;
  private stroke: Set<string> | null = null;

  /** Draw the map of a box; what it draws is asked for before the map is made. */
  static async open(box: HTMLElement): Promise<Board> {
    prepare(absolute(box.dataset["worker"]));
    const { plan = "", outlines = "" } = box.dataset;
    return new Board(box, plan ? await Draft.read(plan, absolute(outlines)) : null);
  }

  private constructor(private readonly box: HTMLElement, private readonly draft: Draft | null) {
    this.palette = paletteOf(tokenOf(document));
    this.chart = this.draw();
    const table = document.querySelector(`[data-map-twin="${box.id}"]`);
    this.twin = table && new Twin(table, (code) => this.choose(code, { fly: true }), (code) => this.hover(code));
    this.chart.on(draft ? "style.load" : "load", () => this.fill());
    this.listenToPage();
    link(box, this.chart);
  }

  /** Choose an area here and in the table. */
  choose(code: string, { fly = false } = {}): void {
    this.state(this.chosen, { selected: false });
    this.chosen = code;
    this.state(code, { selected: true });
    this.draft?.outline(this.chart, this.palette, code ? this.draft.members(code) : []);
    this.twin?.show(code);
    if (fly) this.flyTo(code);
    this.box.dispatchEvent(new CustomEvent("map:choose", { bubbles: true, detail: { code } }));
  }

  /** Move units to other grids: colours and numbers change where they must, no geometry is sent again. */
  assign(moves: Record<string, string>): void {
    if (!this.draft) return;
    const { tints, numbers } = this.draft.assign(moves);
    for (const [code, tint] of tints) this.paintUnit(code, { tint });
    this.chart.getSource<GeoJSONSource>(PLAN_NUMBERS)?.setData(numbers);
  }

  private draw(): Chart {
    const { dataset } = this.box;
    const bounds = boundsOf(dataset["bounds"]) ?? this.draft?.view() ?? null;
    const chart = new Chart({
      container: this.box,
      style: this.style(),
      validateStyle: false,
      fadeDuration: 0,
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
      ...(bounds && { bounds, fitBoundsOptions: { padding: 24 } }),
    });
    chart.touchZoomRotate.disableRotation();
    chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
    chart.on("error", ({ error }) => this.box.dispatchEvent(new CustomEvent("map:fault", { detail: error.message })));
    return chart;
  }

  /** A draft comes first, so that thousands of units need not wait for the ground under them. */
  private style(): StyleSpecification {
    if (!this.draft) return basemapStyle(this.palette, absolute(this.box.dataset["base"]));
    const style = basemapStyle(this.palette, "");
    const { sources, layers } = this.draft.style(this.palette);
    return { ...style, sources, layers: [...style.layers, ...layers] };
  }

  private fill(): void {
    addHatch(this.chart, this.palette);
    if (this.draft) for (const [code, tint] of this.draft.tinted()) this.paintUnit(code, { tint });
    if (this.box.dataset["net"]) this.addNet(absolute(this.box.dataset["net"]));
    if (this.box.dataset["chosen"]) this.choose(this.box.dataset["chosen"]);
    this.listenToChart();
    this.chart.once("idle", () => {
      this.box.dataset["ready"] = "";
      this.box.dispatchEvent(new CustomEvent("map:ready", { bubbles: true }));
      if (this.draft) this.ground();
    });
  }

  private ground(): void {
    const base = absolute(this.box.dataset["base"]);
    if (!base) {
      this.box.dataset["grounded"] = "";
      return;
    }
    addBasemap(this.chart, this.palette, base);
    this.chart.once("idle", () => (this.box.dataset["grounded"] = ""));
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

  private flyTo(code: string): void {
    const row = document.querySelector<HTMLElement>(`[data-map-twin="${this.box.id}"] [data-code="${CSS.escape(code)}"]`);
    const bounds = boundsOf(row?.dataset["bounds"]) ?? this.draft?.view(code);
    if (bounds) this.chart.fitBounds(bounds, { padding: 48, maxZoom: 16 });
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
    if (!this.brush || !this.draft || this.stroke) return;
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
    const layers = PAINTED.filter((layer) => this.chart.getLayer(layer));
    for (const found of this.chart.queryRenderedFeatures(point, { layers }).slice(0, 1)) {
      for (const code of painted(this.draft!.units, String(found.properties["code"]), this.brush || "unit")) {
        this.stroke?.add(code);
        this.paintUnit(code, { selected: true });
      }
    }
  }

  /** What a click on a unit of a draft means: its grid, or its change, where the table is one of these. */
  private areaOf(code: string): string {
    const codes = this.twin?.codes() ?? [];
    return [code, ...(this.draft?.namesOf(code) ?? [])].find((name) => codes.includes(name)) ?? code;
  }

  private listenToPage(): void {
    this.box.addEventListener("map:assign", (event) => {
      this.assign((event as CustomEvent<{ units: Record<string, string> }>).detail.units);
    });
    this.box.addEventListener("map:settle", (event) => {
      this.draft?.settle(unitsOf(event));
    });
    this.box.addEventListener("map:restore", (event) => {
      if (this.draft) this.assign(this.draft.before(unitsOf(event)));
    });
    if (this.box.dataset["linked"]) {
      document.addEventListener("map:choose", (event) => {
        const { code } = (event as CustomEvent<{ code: string }>).detail;
        const isBeside = (event.target as Element).id === this.box.dataset["linked"];
        if (isBeside && code !== this.chosen) this.choose(code);
      });
    }
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
    if (this.draft) this.chart.setFeatureState({ ...this.draft.place, id: code }, state);
  }

  /** Set the state of an area: of a grid of the net, of a draft's unit, or of all units of a draft's grid. */
  private state(code: string, state: Record<string, unknown>): void {
    if (!code) return;
    if (this.chart.getSource(NET)) {
      for (const sourceLayer of ["grid", "unit"]) this.chart.setFeatureState({ source: NET, sourceLayer, id: code }, state);
    }
    for (const unit of this.draft?.members(code) ?? []) this.paintUnit(unit, state);
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

