/** The colours of the map, taken from the tokens of the style sheet so that both stay one. */
export type Palette = {
  ink: string;
  quiet: string;
  paper: string;
  land: string;
  sea: string;
  park: string;
  road: string;
  building: string;
  field: string;
  town: string;
  built: string;
  edge: string;
  hairline: string;
  brand: string;
  ok: string;
  caution: string;
  bad: string;
};

/** Reads one custom property, e.g. `--brand`. */
export type Token = (name: string) => string;

/** Read the palette from a style sheet's custom properties. */
export function paletteOf(token: Token): Palette {
  return {
    ink: token("--ink"),
    quiet: token("--ink-2"),
    paper: token("--paper"),
    land: token("--map-land"),
    sea: token("--map-sea"),
    park: token("--map-park"),
    road: token("--map-road"),
    building: token("--map-building"),
    field: token("--map-field"),
    town: token("--map-town"),
    built: token("--map-built"),
    edge: token("--map-edge"),
    hairline: token("--hairline"),
    brand: token("--brand"),
    ok: token("--ok"),
    caution: token("--caution"),
    bad: token("--bad"),
  };
}

/** The reader of tokens in a page. */
export function tokenOf(page: Document): Token {
  const style = getComputedStyle(page.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

/**
 * Tints that tell neighbours apart, also for the colour-blind. They never carry the meaning: the
 * number stands on each area. Neighbours have near numbers, so seven in turn differ.
 */
export const TINTS = ["#8fb8de", "#f2c57c", "#9bcf9f", "#e7a3b1", "#b9a6d9", "#d8d27a", "#8fd0cf"] as const;

/** Give each name a tint by its place in the sorted order: the same names, the same tints. */
export function tintsFor(names: Iterable<string>): Map<string, number> {
  const sorted = [...new Set(names)].sort();
  return new Map(sorted.map((name, place) => [name, place % TINTS.length]));
}

/** Let a colour (#rrggbb, or #rgb as it is written when made short) be seen through. */
export function faded(colour: string, strength: number): string {
  const long = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
  const [red, green, blue] = [1, 3, 5].map((start) => Number.parseInt(long.slice(start, start + 2), 16));
  return `rgba(${red},${green},${blue},${strength})`;
}
