import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { expect, test } from "vitest";
import { BASE, basemapStyle, NET } from "./basemap";
import { netLayers } from "./net";
import { faded, paletteOf, TINTS, tintsFor } from "./palette";
import { numbersOf, PLAN, PLAN_NUMBERS, planLayers, shortOf, UNIT, viewOf } from "./plan";
import type { PlanUnit } from "./units";

const PALETTE = paletteOf(() => "#123456");

const EMPTY = { type: "FeatureCollection", features: [] } as const;

function unit(code: string, lon: number): PlanUnit {
  return { code, grid: "", building: -1, compound: -1, lon, lat: 0.5 };
}

const UNITS = [0, 1, 2, 10].map((x) => unit(`u${x}`, x));

test("the style of all our layers is sound", () => {
  const style = basemapStyle(PALETTE, "/map/basemap.pmtiles");
  style.sources[NET] = { type: "vector", url: "pmtiles:///map/net.pmtiles" };
  style.sources[PLAN] = { type: "vector", url: "pmtiles:///plans/7/units.pmtiles", promoteId: { [UNIT]: "code" } };
  style.sources[PLAN_NUMBERS] = { type: "geojson", data: { ...EMPTY, features: [] } };
  const plan = planLayers(PALETTE, { source: PLAN, "source-layer": UNIT }, { changed: ["u1"], held: ["u2"] });
  style.layers.push(...netLayers(PALETTE), ...plan);

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

test("a colour is seen through, however short it is written", () => {
  expect([faded("#ffffff", 0.5), faded("#fff", 0.5), faded("#8fb8de", 1)]).toEqual(["rgba(255,255,255,0.5)", "rgba(255,255,255,0.5)", "rgba(143,184,222,1)"]);
});

test("a grid has one number, on one of its own units", () => {
  const grids: Record<string, string> = { u0: "01", u1: "01", u2: "02", u10: "01" };

  const numbers = numbersOf(UNITS, (code) => grids[code] ?? "");

  const placed = numbers.features.map((each) => [each.properties!["grid"], each.geometry.coordinates[0]]);
  expect(placed).toHaveLength(2);
  expect(placed[0]![0]).toBe("01");
  expect([0, 1, 10]).toContain(placed[0]![1]);
});

test("a unit in no grid carries no number", () => {
  expect(numbersOf(UNITS, () => "").features).toEqual([]);
});

test("a grid of the net is written by its number in the community, a draft's by its own", () => {
  expect(["370683001001007", "12"].map(shortOf)).toEqual(["007", "12"]);
});

test("a plan is shown whole, a whole city where most of it lies", () => {
  const many = Array.from({ length: 2000 }, (_, n) => unit(`u${n}`, n < 20 ? 500 : n % 50));

  const [west, , east] = viewOf(UNITS)!;
  expect(west).toBeLessThan(0);
  expect(east).toBeGreaterThan(10);
  expect(viewOf(many)![2]).toBeLessThan(60);
  expect(viewOf([])).toBeNull();
});
