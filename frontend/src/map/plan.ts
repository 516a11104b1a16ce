import type { Feature, FeatureCollection, Geometry, Point, Position } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { FACE } from "./basemap";
import { HATCH, isOn } from "./net";
import { faded, type Palette, TINTS } from "./palette";
import type { PlanUnit } from "./units";

export const PLAN = "plan";
export const PLAN_NUMBERS = "plan-numbers";
export const PLAN_CHOSEN = "plan-chosen";

/** The layer of the tiles that holds units. */
export const UNIT = "unit";

const POLYGONS: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const POINTS: ExpressionSpecification = ["==", ["geometry-type"], "Point"];

/** How a unit is found in its source: in tiles it lies in a layer, in GeoJSON it does not. */
export type Found = { source: string; "source-layer"?: string };

/** What of a plan needs more than colours: units that are hatched, ended ones it still has, mere points. */
export type Odd = { changed?: string[]; held?: string[]; hasPoints?: boolean };

/**
 * Layers of a draft plan: units coloured by the grid they are in, one number on each grid.
 *
 * One colour that says all, and edges drawn with the area: a city of units is worked through once.
 */
export function planLayers(palette: Palette, found: Found, { changed = [], held = [], hasPoints = true }: Odd = {}): LayerSpecification[] {
  const isOurs: ExpressionSpecification = held.length
    ? ["any", ["!", ["has", "ended"]], ["in", ["get", "code"], ["literal", held]]]
    : ["!", ["has", "ended"]];
  return [
    {
      id: "plan-unit", type: "fill", ...found,
      filter: hasPoints ? ["all", POLYGONS, isOurs] : isOurs,
      paint: {
        "fill-color": unitColour(palette),
        // From afar the edges of thousands of units would lie over each other as one dark stain.
        "fill-outline-color": ["interpolate", ["linear"], ["zoom"], 12, faded(palette.quiet, 0), 13.5, palette.quiet],
      },
    },
    ...(changed.length ? [hatched(found, changed)] : []),
    ...(hasPoints ? [points(palette, found, isOurs)] : []),
    {
      id: "plan-number", type: "symbol", source: PLAN_NUMBERS,
      layout: {
        "text-field": ["get", "text"], "text-font": FACE, "text-size": 15,
        "text-allow-overlap": ["step", ["zoom"], false, 14, true],
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.paper, "text-halo-width": 2 },
    },
  ];
}

function hatched(found: Found, codes: string[]): LayerSpecification {
  return {
    id: "plan-changed", type: "fill", ...found, filter: isOneOf(codes),
    paint: { "fill-pattern": HATCH, "fill-opacity": 0.7, "fill-antialias": false },
  };
}

function points(palette: Palette, found: Found, isOurs: ExpressionSpecification): LayerSpecification {
  return {
    id: "plan-point", type: "circle", ...found, filter: ["all", POINTS, isOurs],
    paint: {
      "circle-color": unitColour(palette),
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2.5, 16, 9],
      "circle-stroke-color": palette.quiet,
      "circle-stroke-width": 0.8,
    },
  };
}

/** The thick line around what is chosen, which stands beside its colour. */
export function chosenLayer(palette: Palette, found: Found, codes: string[]): LayerSpecification {
  return {
    id: "plan-chosen", type: "line", ...found, filter: isOneOf(codes),
    layout: { "line-join": "round" }, paint: { "line-color": palette.brand, "line-width": 3 },
  };
}

/** Select units by their codes. */
export function isOneOf(codes: string[]): ExpressionSpecification {
  return ["in", ["get", "code"], ["literal", codes]];
}

/** Colour and strength in one: what is chosen or under the pointer stands out, what is in no grid is pale. */
function unitColour(palette: Palette): ExpressionSpecification {
  const tinted = (strength: number): ExpressionSpecification => [
    "match", ["coalesce", ["feature-state", "tint"], -1],
    ...TINTS.flatMap((colour, tint) => [tint, faded(colour, strength)]), faded(palette.paper, strength / 3),
  ] as unknown as ExpressionSpecification;
  return ["case", isOn("selected"), faded(palette.brand, 0.45), isOn("hover"), tinted(0.75), tinted(0.5)];
}

/**
 * Put one number on each grid: on the unit nearest the middle of the grid's units, so that it
 * always stands inside, whatever the shape.
 */
export function numbersOf(units: Iterable<PlanUnit>, gridOf: (code: string) => string): FeatureCollection<Point> {
  const members = new Map<string, Position[]>();
  for (const { code, lon, lat } of units) {
    const grid = gridOf(code);
    if (!grid || lon === null || lat === null) continue;
    const there = members.get(grid);
    if (there) there.push([lon, lat]);
    else members.set(grid, [[lon, lat]]);
  }
  const features = [...members].map(([grid, middles]): Feature<Point> => ({
    type: "Feature",
    properties: { grid, text: shortOf(grid) },
    geometry: { type: "Point", coordinates: nearest(middles, mean(middles)) },
  }));
  return { type: "FeatureCollection", features };
}

/** Shorten the code of a grid of the net to its number in the community; a draft's number stays. */
export function shortOf(grid: string): string {
  return grid.slice(12) || grid;
}

const MANY = 1_000;

/** About a house, in degrees: what lies around the middle of a unit. */
const A_HOUSE = 0.0004;

/**
 * What a plan's map shows first, as west, south, east, north: all of it, or where most of a whole
 * city's units lie, since a few settlements far out would shrink every grid to a speck.
 */
export function viewOf(units: PlanUnit[]): [number, number, number, number] | null {
  const placed = units.filter(({ lon, lat }) => lon !== null && lat !== null);
  if (placed.length === 0) return null;
  const isCity = units.length > MANY;
  const [west, east] = spread(placed.map(({ lon }) => lon!), isCity);
  const [south, north] = spread(placed.map(({ lat }) => lat!), isCity);
  return [west - A_HOUSE, south - A_HOUSE, east + A_HOUSE, north + A_HOUSE];
}

/** How far values reach; of a city's, where the middle three fifths lie and a third as much on both sides. */
function spread(values: number[], isCity: boolean): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)]!;
  if (!isCity) return [at(0), at(1)];
  const more = (at(0.8) - at(0.2)) / 3;
  return [Math.max(at(0), at(0.2) - more), Math.min(at(1), at(0.8) + more)];
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
export function painted(units: PlanUnit[], code: string, width: Width): string[] {
  const touched = units.find((each) => each.code === code);
  const group = touched && width !== "unit" ? touched[width] : -1;
  if (!touched || width === "unit" || group < 0) return [code];
  return units.filter((each) => each[width] === group && each.code.slice(0, 12) === code.slice(0, 12)).map((each) => each.code);
}
