import { within } from "./pieces";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Keep the time left true while the page stays open. Said as the server says it.
 *
 *     <time data-time-left datetime="2026-11-24T17:00:00+08:00" data-left="剩{}" data-over="✕ 超期{}"></time>
 */
export function startLeft(page: Document, now: () => number = Date.now): () => void {
  const tick = (): void => {
    for (const line of within<HTMLTimeElement>(page, "[data-time-left]")) draw(line, now());
  };
  tick();
  const timer = setInterval(tick, MINUTE / 2);
  return () => clearInterval(timer);
}

function draw(line: HTMLTimeElement, now: number): void {
  const rest = Date.parse(line.dateTime) - now;
  const language = line.closest<HTMLElement>("[lang]")?.lang ?? "zh";
  const form = (rest < 0 ? line.dataset["over"] : line.dataset["left"]) ?? "{}";
  const words = form.replace("{}", span(Math.abs(rest), language));
  const isClose = rest >= 0 && rest < 2 * HOUR;
  line.dataset["tone"] = rest < 0 ? "bad" : isClose ? "caution" : "";
  line.textContent = isClose ? `! ${words}` : words;
}

/** Say how long, in the largest unit that fits, rounded down. */
export function span(length: number, language: string): string {
  const [unit, size] = length < HOUR ? (["minute", MINUTE] as const)
    : length < 2 * DAY ? (["hour", HOUR] as const) : (["day", DAY] as const);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" })
    .format(Math.floor(length / size))
    .replace(/(\d)\s(?=\p{Script=Han})/u, "$1");
}
