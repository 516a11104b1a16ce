import type { ExpressionSpecification, LayerSpecification, Map as Chart } from "maplibre-gl";
import { FACE, NET } from "./basemap";
import { TINTS, type Palette } from "./palette";

/** From here on units are drawn, below it grids. */
export const UNITS_FROM = 12;

/** An image of slanting lines: the texture that stands beside the colour of "bad". */
export const HATCH = "hatch";

/** Tell whether an area is in a state, such as chosen or under the pointer. */
export const isOn = (state: string): ExpressionSpecification => ["boolean", ["feature-state", state], false];

/** The colour of an area by its tint, its tone, or nothing. */
export function areaColour(palette: Palette): ExpressionSpecification {
  return [
    "case",
    isOn("selected"), palette.brand,
    ["==", ["feature-state", "tone"], "ok"], palette.ok,
    ["==", ["feature-state", "tone"], "caution"], palette.caution,
    ["==", ["feature-state", "tone"], "bad"], palette.bad,
    ["match", ["coalesce", ["feature-state", "tint"], -1],
      ...TINTS.flatMap((colour, tint) => [tint, colour]), palette.paper] as unknown as ExpressionSpecification,
  ];
}

/** How strongly an area is filled: what is chosen or under the pointer stands out. */
export const AREA_STRENGTH: ExpressionSpecification = [
  "case",
  isOn("selected"), 0.45,
  isOn("hover"), 0.6,
  ["!=", ["coalesce", ["feature-state", "tone"], ""], ""], 0.35,
  [">=", ["coalesce", ["feature-state", "tint"], -1], 0], 0.45,
  0.08,
];

/** Lines of an area: the chosen one is thick as well as blue. */
export function edge(palette: Palette, width: number): Record<string, ExpressionSpecification> {
  return {
    "line-color": ["case", isOn("selected"), palette.brand, palette.quiet],
    "line-width": ["case", isOn("selected"), width + 3, isOn("hover"), width + 1.5, width],
  };
}

/** The layers of the net file: `grid` at all heights, `unit` from close by. */
export function netLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "grid", type: "fill", source: NET, "source-layer": "grid",
      paint: { "fill-color": areaColour(palette), "fill-opacity": AREA_STRENGTH },
    },
    {
      id: "grid-hatch", type: "fill", source: NET, "source-layer": "grid",
      filter: ["in", ["get", "code"], ["literal", []]],
      paint: { "fill-pattern": HATCH, "fill-opacity": 0.7 },
    },
    {
      id: "unit-edge", type: "line", source: NET, "source-layer": "unit", minzoom: UNITS_FROM,
      paint: { "line-color": palette.quiet, "line-width": 0.5, "line-opacity": 0.5 },
    },
    {
      id: "grid-edge", type: "line", source: NET, "source-layer": "grid",
      layout: { "line-join": "round" }, paint: edge(palette, 1.2),
    },
    {
      id: "grid-number", type: "symbol", source: NET, "source-layer": "grid", minzoom: UNITS_FROM,
      layout: { "text-field": ["slice", ["get", "code"], 12], "text-font": FACE, "text-size": 13 },
      paint: { "text-color": palette.ink, "text-halo-color": palette.paper, "text-halo-width": 1.6 },
    },
  ];
}

/** Draw the slanting lines once; the map repeats them. */
export function addHatch(chart: Chart, palette: Palette): void {
  const size = 8;
  const paper = document.createElement("canvas");
  paper.width = paper.height = size;
  const pen = paper.getContext("2d");
  if (!pen || chart.hasImage(HATCH)) return;
  pen.strokeStyle = palette.bad;
  pen.lineWidth = 1.6;
  for (const start of [-size, 0, size]) {
    pen.moveTo(start, size);
    pen.lineTo(start + size, 0);
  }
  pen.stroke();
  chart.addImage(HATCH, pen.getImageData(0, 0, size, size));
}
