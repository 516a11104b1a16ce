import type { Feature, FeatureCollection, Geometry, Point, Position } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { FACE } from "./basemap";
import { AREA_STRENGTH, areaColour, edge } from "./net";
import type { Palette } from "./palette";

export const PLAN = "plan";
export const PLAN_NUMBERS = "plan-numbers";

/** A unit of a draft: which grid it is assigned to ("" while it is in none). */
export type PlanUnit = {
  code: string; grid: string; households?: number; building?: number; compound?: number;
};
export type PlanUnits = FeatureCollection<Geometry, PlanUnit>;

const POLYGONS: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const POINTS: ExpressionSpecification = ["==", ["geometry-type"], "Point"];

/** Layers of a draft plan: units coloured by the grid they are in, one number on each grid. */
export function planLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "plan-unit", type: "fill", source: PLAN, filter: POLYGONS,
      paint: { "fill-color": areaColour(palette), "fill-opacity": AREA_STRENGTH },
    },
    // From afar the edges of thousands of units would lie over each other as one dark stain.
    {
      id: "plan-unit-edge", type: "line", source: PLAN, filter: POLYGONS, minzoom: 12.5,
      paint: edge(palette, 0.6),
    },
    {
      id: "plan-point", type: "circle", source: PLAN, filter: POINTS,
      paint: {
        "circle-color": areaColour(palette),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2.5, 16, 9],
        "circle-stroke-color": palette.quiet,
        "circle-stroke-width": 0.8,
      },
    },
    {
      id: "plan-number", type: "symbol", source: PLAN_NUMBERS,
      layout: {
        "text-field": ["get", "grid"], "text-font": FACE, "text-size": 15,
        "text-allow-overlap": ["step", ["zoom"], false, 13, true],
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.paper, "text-halo-width": 2 },
    },
  ];
}

/**
 * Put one number on each grid: on the unit nearest the middle of the grid's units, so that it
 * always stands inside, whatever the shape.
 */
export function numbersOf(units: PlanUnits, gridOf: (code: string) => string): FeatureCollection<Point> {
  const members = new Map<string, Position[]>();
  for (const unit of units.features) {
    const grid = gridOf(unit.properties.code);
    if (!grid) continue;
    const there = members.get(grid);
    if (there) there.push(middleOf(unit.geometry));
    else members.set(grid, [middleOf(unit.geometry)]);
  }
  const features = [...members].map(([grid, middles]): Feature<Point> => ({
    type: "Feature",
    properties: { grid },
    geometry: { type: "Point", coordinates: nearest(middles, mean(middles)) },
  }));
  return { type: "FeatureCollection", features };
}

const MANY = 1_000;

/**
 * What a plan's map shows first, as west, south, east, north: all of it, or where most of a whole
 * city's units lie, since a few settlements far out would shrink every grid to a speck.
 */
export function viewOf(units: PlanUnits): [number, number, number, number] | null {
  const corners = units.features.flatMap(({ geometry }) => cornersOf(geometry));
  if (corners.length === 0) return null;
  const away = units.features.length > MANY ? 0.12 : 0;
  const [west, east] = spread(corners.map(([x = 0]) => x), away);
  const [south, north] = spread(corners.map(([, y = 0]) => y), away);
  return [west, south, east, north];
}

function spread(values: number[], away: number): [number, number] {
  const sorted = values.sort((a, b) => a - b);
  const last = sorted.length - 1;
  return [sorted[Math.floor(last * away)]!, sorted[Math.ceil(last * (1 - away))]!];
}

/** The middle of a shape's corners: near enough to place a number. */
export function middleOf(shape: Geometry): Position {
  return mean(cornersOf(shape));
}

/** All corners of a shape, whatever its kind. */
export function cornersOf(shape: Geometry): Position[] {
  switch (shape.type) {
    case "Point": return [shape.coordinates];
    case "MultiPoint":
    case "LineString": return shape.coordinates;
    case "MultiLineString":
    case "Polygon": return shape.coordinates.flat();
    case "MultiPolygon": return shape.coordinates.flat(2);
    case "GeometryCollection": return shape.geometries.flatMap(cornersOf);
  }
}

function mean(points: Position[]): Position {
  const sum = points.reduce<[number, number]>(([x, y], [lon = 0, lat = 0]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

function nearest(points: Position[], to: Position): Position {
  const away = ([x = 0, y = 0]: Position): number => (x - to[0]!) ** 2 + (y - to[1]!) ** 2;
  return points.reduce((best, point) => (away(point) < away(best) ? point : best));
}

/** What a brush paints at one touch: the unit itself, its building or its compound. */
export type Width = "unit" | "building" | "compound";

/** The codes that a brush of this width paints when it touches a unit: never beyond its community. */
export function painted(units: PlanUnits, code: string, width: Width): string[] {
  const touched = units.features.find(({ properties }) => properties.code === code)?.properties;
  const group = touched && width !== "unit" ? touched[width] : undefined;
  if (!touched || group === undefined || group < 0) return [code];
  return units.features
    .filter(({ properties: each }) => each[width as "building"] === group && each.code.slice(0, 12) === code.slice(0, 12))
    .map(({ properties }) => properties.code);
}
