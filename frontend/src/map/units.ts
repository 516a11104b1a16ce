import type { FeatureCollection, Geometry } from "geojson";
import { middleOf } from "./plan";

/** A unit as a map of plans knows it: its grid ("" is none), what holds it (-1 is nothing), its middle. */
export type PlanUnit = {
  code: string; grid: string; building: number; compound: number; lon: number | null; lat: number | null;
};

/** What is told of all units of a plan, in columns of one order. */
export type Columns = {
  codes: string[];
  grids: string[];
  buildings: number[];
  compounds: number[];
  lon: (number | null)[];
  lat: (number | null)[];
  /** Units that have ended; this plan still has them. */
  ended: string[];
  /** Whether of some units only a point is known. */
  points: boolean;
  /** Units that are in another grid than on the map beside, each with the name of its change. */
  changed?: Record<string, string>;
  /** By which other grid's tint a grid is coloured, so that what goes on keeps its colour. */
  tinted?: Record<string, string>;
};

/** Units whose outlines come with them. */
export type Shapes = FeatureCollection<Geometry, { code: string; grid: string; building?: number; compound?: number }>
  & Pick<Columns, "tinted">;

/** Ask for what a map draws: columns, or units with their outlines. */
export async function ask<T>(address: string): Promise<T> {
  const answer = await fetch(address, { headers: { Accept: "application/json, application/geo+json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Turn columns into units. */
export function inRows({ codes, grids, buildings, compounds, lon, lat }: Columns): PlanUnit[] {
  return codes.map((code, n) => ({
    code, grid: grids[n] ?? "", building: buildings[n] ?? -1, compound: compounds[n] ?? -1,
    lon: lon[n] ?? null, lat: lat[n] ?? null,
  }));
}

/** Turn units that have outlines into columns, as if their outlines came apart. */
export function inColumns({ features, tinted }: Shapes): Columns {
  const middles = features.map(({ geometry }) => middleOf(geometry));
  const of = <T>(pick: (facts: Shapes["features"][number]["properties"]) => T): T[] => features.map(({ properties }) => pick(properties));
  return {
    codes: of(({ code }) => code),
    grids: of(({ grid }) => grid),
    buildings: of(({ building }) => building ?? -1),
    compounds: of(({ compound }) => compound ?? -1),
    lon: middles.map(([x]) => x ?? null),
    lat: middles.map(([, y]) => y ?? null),
    ended: [],
    points: features.some(({ geometry }) => geometry.type === "Point"),
    ...(tinted && { tinted }),
  };
}
