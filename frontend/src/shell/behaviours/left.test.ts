import { expect, test, vi } from "vitest";
import { span, startLeft } from "./left";

const NOON = Date.parse("2026-11-24T12:00:00+08:00");

test("time left ticks from hours to overdue while the page stays open", () => {
  vi.useFakeTimers();
  document.documentElement.lang = "zh-hans";
  document.body.innerHTML = `<time data-time-left datetime="2026-11-24T15:00:00+08:00" data-left="剩{}" data-over="✕ 超期{}"></time>`;
  let now = NOON;
  const stop = startLeft(document, () => now);
  const line = document.querySelector("time")!;
  const said = [line.textContent];

  for (const hours of [2.5, 4]) {
    now = NOON + hours * 3_600_000;
    vi.advanceTimersByTime(30_000);
    said.push(line.textContent);
  }
  stop();
  vi.useRealTimers();

  expect(said).toEqual(["剩3小时", "! 剩30分钟", "✕ 超期1小时"]);
  expect(line.dataset["tone"]).toBe("bad");
});

test.each([
  [59 * 60_000, "zh-Hans", "59分钟"],
  [47.9 * 3_600_000, "zh-Hans", "47小时"],
  [49 * 3_600_000, "zh-Hans", "2天"],
  [3_600_000, "en", "1 hour"],
])("a span of %i ms in %s is %s", (length, language, words) => {
  expect(span(length, language)).toBe(words);
});
