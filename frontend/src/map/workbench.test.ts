import { beforeEach, expect, test, vi } from "vitest";
import { painted } from "./plan";
import type { PlanUnit } from "./units";
import { type Changes, exchangeRows, Workbench } from "./workbench";

const changes = (more: Partial<Changes> = {}): Changes => ({
  version: 8, reload: false, units: {}, communities: [], rows: {}, undo: 1, redo: 0, said: "",
  summary: "<ul id='plan-tiles'><li>3</li></ul>", ...more,
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval"] });
  document.body.innerHTML = `<ul id="plan-tiles"><li>5</li></ul>
    <div data-workbench="plan-map" data-strokes="/strokes" data-changes="/changes" data-version="7"
         data-no-target="choose" data-target="fills {}" data-target-new="fills a new one" data-lost="lost">
      <fieldset class="brush" hidden><input type="radio" name="brush" value="unit"></fieldset>
      <form action="/undo" data-stroke data-undo><button disabled>Undo <span data-count>0</span></button></form>
      <p data-said></p></div>
    <div id="plan-map"></div>
    <table data-map-twin="plan-map"><tbody>
      <tr data-code="1" data-community="A" data-rank="1"></tr>
      <tr data-code="2" data-community="A" data-rank="2"></tr>
      <tr data-code="9" data-community="B" data-rank="3"></tr></tbody></table>`;
});

const part = (selector: string): HTMLElement => document.querySelector(selector)!;
const rows = (): string[] => [...document.querySelectorAll<HTMLElement>("tr")].map((row) => row.dataset["code"]!);
const choose = (code: string): void => {
  part("#plan-map").dispatchEvent(new CustomEvent("map:choose", { detail: { code } }));
};
const answers = (body: unknown, status = 200): ReturnType<typeof vi.fn> => {
  const sent = vi.fn(async (..._asked: unknown[]) => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", sent);
  return sent;
};

test("a stroke shows at once, is sent on the version last seen, and the answer takes its place", async () => {
  const sent = answers(changes({ units: { u1: "2" }, communities: ["A"], rows: { 2: "<tr data-code='2' data-community='A' data-rank='0'></tr>" } }));
  const assigned: unknown[] = [];
  part("#plan-map").addEventListener("map:assign", (event) => assigned.push((event as CustomEvent).detail.units));
  const bench = new Workbench(part("[data-workbench]"));
  choose("2");

  bench.paint(["u1"]);
  const atOnce = [...assigned];
  await vi.waitFor(() => expect(rows()).toEqual(["2", "9"]));

  expect(atOnce).toEqual([{ u1: "2" }]);
  const body = (sent.mock.calls[0]![1] as { body: FormData }).body;
  expect([body.get("label"), body.getAll("units"), body.get("based_on")]).toEqual(["2", ["u1"], "7"]);
  expect(part("#plan-tiles").textContent).toBe("3");
  expect(part("[data-undo] button").textContent).toContain("1");
});

test("strokes go one after the other, the second on what the first came to", async () => {
  const sent = answers(changes());
  const bench = new Workbench(part("[data-workbench]"));
  choose("2");

  bench.paint(["u1"]);
  bench.paint(["u2"]);
  await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(2));

  const based = sent.mock.calls.map((call) => (call[1] as { body: FormData }).body.get("based_on"));
  expect(based).toEqual(["7", "8"]);
});

test("a stroke that is refused leaves the map and says who was there first", async () => {
  answers({ refusal: "刘规划 刚刚移动了" }, 409);
  const restored: unknown[] = [];
  part("#plan-map").addEventListener("map:restore", (event) => restored.push((event as CustomEvent).detail.units));
  const bench = new Workbench(part("[data-workbench]"));
  choose("2");

  bench.paint(["u1"]);

  await vi.waitFor(() => expect(part("[data-said]").textContent).toBe("刘规划 刚刚移动了"));
  expect(restored).toEqual([["u1"]]);
});

test("a stroke that never arrives is taken off the map", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => { throw new TypeError("offline"); }));
  const bench = new Workbench(part("[data-workbench]"));
  choose("2");

  bench.paint(["u1"]);

  await vi.waitFor(() => expect(part("[data-said]").textContent).toBe("lost"));
});

test("the brush asks for its grid before it paints", () => {
  const sent = answers(changes());

  new Workbench(part("[data-workbench]")).paint(["u1"]);

  expect(part("[data-said]").textContent).toBe("choose");
  expect(sent).not.toHaveBeenCalled();
});

test("grids that are gone lose their row, new ones get theirs, the worst stands first", () => {
  const row = (code: string, rank: string): string => `<tr data-code="${code}" data-community="A" data-rank="${rank}"></tr>`;

  exchangeRows(part("tbody"), { communities: ["A"], rows: { 2: row("2", "4"), 7: row("7", "0") } });

  expect(rows()).toEqual(["7", "9", "2"]);
});

test("a brush as wide as a building or a compound paints all of it, in its community", () => {
  const unit = (code: string, building: number, compound: number): PlanUnit => (
    { code, grid: "1", building, compound, lon: 0, lat: 0 });
  const units = [
    unit("370683001001000001", 0, 5), unit("370683001001000002", 0, 5), unit("370683001001000003", 1, 5),
    unit("370683001002000001", -1, 5),
  ];

  expect(painted(units, "370683001001000001", "unit")).toHaveLength(1);
  expect(painted(units, "370683001001000001", "building")).toHaveLength(2);
  expect(painted(units, "370683001001000001", "compound")).toHaveLength(3);
  expect(painted(units, "370683001002000001", "building")).toHaveLength(1);
});
