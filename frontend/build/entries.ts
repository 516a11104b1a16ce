import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Find what a page may ask for with `{% entry "name" %}`.
 *
 * `src/<room>/entry.ts` is the entry `<room>`, `src/<room>/<name>.entry.ts` the entry
 * `<room>/<name>`. A new file is a new entry: nothing else has to be told.
 */
export function entriesIn(source: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const room of readdirSync(source, { withFileTypes: true })) {
    if (!room.isDirectory()) continue;
    const folder = join(source, room.name);
    if (existsSync(join(folder, "entry.ts"))) entries[room.name] = join(folder, "entry.ts");
    for (const file of readdirSync(folder)) {
      if (!file.endsWith(".entry.ts")) continue;
      entries[`${room.name}/${file.slice(0, -".entry.ts".length)}`] = join(folder, file);
    }
  }
  return entries;
}
