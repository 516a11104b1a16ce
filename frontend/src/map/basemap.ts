import type { ExpressionSpecification, LayerSpecification, Map as Chart, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

export const BASE = "base";
export const NET = "net";

/** A label may lie in our own face only: no glyph file is asked for. */
export const FACE = ["system-ui"];

/**
 * Build the style of the basemap: no sprite, no glyphs, no other origin.
 *
 * Its file has the layers land, sea, water, park, road, building, town, community (outlines) and
 * label (points). Every feature has name, kind and rank: a lower rank is more important.
 */
export function basemapStyle(palette: Palette, base: string): StyleSpecification {
  return {
    version: 8,
    sources: base ? { [BASE]: basemapSource(base) } : {},
    layers: [
      { id: "ground", type: "background", paint: { "background-color": palette.land } },
      ...(base ? basemapLayers(palette) : []),
    ],
  };
}

/** Draw the basemap under all layers that a map has already. */
export function addBasemap(chart: Chart, palette: Palette, base: string): void {
  const above = chart.getLayersOrder().find((id) => id !== "ground");
  chart.addSource(BASE, basemapSource(base));
  for (const layer of basemapLayers(palette)) chart.addLayer(layer, above);
}

function basemapSource(base: string): SourceSpecification {
  return { type: "vector", url: `pmtiles://${base}` };
}

function basemapLayers(palette: Palette): LayerSpecification[] {
  return [
    fill("land", landColour(palette)),
    fill("sea", palette.sea),
    fill("park", palette.park),
    fill("water", palette.sea),
    {
      id: "building", type: "fill", source: BASE, "source-layer": "building", minzoom: 14,
      paint: { "fill-color": palette.building, "fill-outline-color": palette.hairline },
    },
    road("road-edge", palette.edge, 1.5),
    road("road", palette.road, 0),
    outline("community", palette.quiet, 1, [2, 2], 12),
    outline("town", palette.quiet, 1.6, [4, 2], 8),
    streetNames(palette),
    labels(palette),
  ];
}

/** Kinds of ground that look alike share a colour; what is not named lies plain. */
function landColour(palette: Palette): ExpressionSpecification {
  return [
    "match", ["get", "kind"],
    ["wood", "orchard"], palette.park,
    ["farm", "greenhouse"], palette.field,
    ["urban", "village"], palette.town,
    ["works", "shops", "offices", "market", "school", "hospital"], palette.built,
    palette.land,
  ];
}

function fill(layer: string, colour: string | ExpressionSpecification): LayerSpecification {
  return { id: layer, type: "fill", source: BASE, "source-layer": layer, paint: { "fill-color": colour } };
}

const RANK: ExpressionSpecification = ["coalesce", ["get", "rank"], 5];

/** Widths in pixels from far to near, by rank: motorways 0 … residential streets 5. */
function widths(far: number[], more: number): ExpressionSpecification {
  const steps = far.flatMap((width, rank) => (rank === 0 ? [width + more] : [rank, width + more]));
  return ["step", RANK, ...steps] as unknown as ExpressionSpecification;
}

function road(id: string, colour: string, more: number): LayerSpecification {
  return {
    id, type: "line", source: BASE, "source-layer": "road",
    layout: { "line-cap": "round", "line-join": "round", "line-sort-key": ["-", 0, RANK] },
    paint: {
      "line-color": colour,
      "line-width": [
        "interpolate", ["exponential", 1.6], ["zoom"],
        9, widths([1.4, 1.1, 0.7, 0.4, 0.3, 0.2], more / 3),
        13, widths([5, 4.5, 3.2, 2, 1.2, 1], more * 0.8),
        17, widths([22, 20, 16, 13, 8, 8], more),
      ],
    },
  };
}

function outline(layer: string, colour: string, width: number, dash: number[], minzoom: number): LayerSpecification {
  return {
    id: `${layer}-outline`, type: "line", source: BASE, "source-layer": layer, minzoom,
    paint: { "line-color": colour, "line-width": width, "line-dasharray": dash, "line-opacity": 0.7 },
  };
}

function streetNames(palette: Palette): LayerSpecification {
  return {
    id: "street-name", type: "symbol", source: BASE, "source-layer": "road", minzoom: 12,
    layout: {
      "symbol-placement": "line", "symbol-spacing": 320, "symbol-sort-key": RANK,
      "text-field": ["get", "name"], "text-font": FACE, "text-size": 12,
    },
    paint: { "text-color": palette.quiet, "text-halo-color": palette.paper, "text-halo-width": 1.4 },
  };
}

function labels(palette: Palette): LayerSpecification {
  return {
    id: "label", type: "symbol", source: BASE, "source-layer": "label",
    filter: ["any", ["<", RANK, 6], [">=", ["zoom"], 14.6]],
    layout: {
      "text-field": ["get", "name"],
      "text-font": FACE,
      "text-size": ["step", RANK, 15, 1, 14, 3, 12],
      "text-max-width": 7,
      "symbol-sort-key": RANK,
    },
    paint: {
      "text-color": ["match", ["get", "kind"], ["sea", "water"], palette.brand, palette.quiet],
      "text-halo-color": palette.paper,
      "text-halo-width": 1.4,
    },
  };
}
