import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { expect, test } from "vitest";
import { BASE, basemapStyle, NET } from "./basemap";
import { netLayers } from "./net";
import { paletteOf, TINTS, tintsFor } from "./palette";
import { numbersOf, PLAN, PLAN_NUMBERS, planLayers, type PlanUnits, viewOf } from "./plan";

const PALETTE = paletteOf(() => "#123456");

function unit(code: string, x: number): PlanUnits["features"][number] {
  const ring = [[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]];
  return { type: "Feature", properties: { code, grid: "" }, geometry: { type: "Polygon", coordinates: [ring] } };
}

const UNITS: PlanUnits = { type: "FeatureCollection", features: [0, 1, 2, 10].map((x) => unit(`u${x}`, x)) };

test("the style of all our layers is sound", () => {
  const style = basemapStyle(PALETTE, "/map/basemap.pmtiles");
  style.sources[NET] = { type: "vector", url: "pmtiles:///map/net.pmtiles" };
  for (const source of [PLAN, PLAN_NUMBERS]) {
    style.sources[source] = { type: "geojson", data: UNITS, promoteId: "code" };
  }
  style.layers.push(...netLayers(PALETTE), ...planLayers(PALETTE));

  expect(validateStyleMin(style)).toEqual([]);
});

test("the style asks no other origin and for no glyphs or sprites", () => {
  const style = basemapStyle(PALETTE, "/map/basemap.pmtiles");

  expect(JSON.stringify(style)).not.toMatch(/https?:/);
  expect(style.glyphs).toBeUndefined();
  expect(Object.keys(style.sources)).toEqual([BASE]);
});

test("grids with near numbers have different tints, and the same ones tomorrow", () => {
  const names = Array.from({ length: 12 }, (_, n) => String(n + 1).padStart(2, "0"));

  const tints = tintsFor(names);

  expect(tints).toEqual(tintsFor([...names].reverse()));
  for (let n = 1; n < names.length; n += 1) expect(tints.get(names[n]!)).not.toBe(tints.get(names[n - 1]!));
  expect(new Set(tints.values()).size).toBe(TINTS.length);
});

test("a grid has one number, on one of its own units", () => {
  const grids: Record<string, string> = { u0: "01", u1: "01", u2: "02", u10: "01" };

  const numbers = numbersOf(UNITS, (code) => grids[code] ?? "");

  const placed = numbers.features.map((each) => [each.properties!["grid"], each.geometry.coordinates[0]]);
  expect(placed).toHaveLength(2);
  expect(placed[0]![0]).toBe("01");
  expect([0.4, 1.4, 10.4]).toContainEqual(expect.closeTo(placed[0]![1] as number, 5));
});

test("a unit in no grid carries no number", () => {
  expect(numbersOf(UNITS, () => "").features).toEqual([]);
});

test("a plan is shown whole, a whole city where most of it lies", () => {
  const many: PlanUnits = { type: "FeatureCollection", features: Array.from({ length: 2000 }, (_, n) => unit(`u${n}`, n < 20 ? 500 : n % 50)) };

  expect(viewOf(UNITS)).toEqual([0, 0, 11, 1]);
  expect(viewOf(many)![2]).toBeLessThan(60);
  expect(viewOf({ type: "FeatureCollection", features: [] })).toBeNull();
});
