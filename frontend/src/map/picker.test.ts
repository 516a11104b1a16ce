import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Picker } from "./picker";

const FORM = `<form>
  <input type="hidden" name="lon"><input type="hidden" name="lat">
  <div id="m" data-place-url="/places/name"></div>
  <p data-picked data-waiting="正在查找…" data-unnamed="位置 {}"></p>
  <button type="button" data-place data-lon="119.95" data-lat="37.19">文昌社区3号楼</button></form>`;

const at = <E extends HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;
const values = (): string[] => ["lon", "lat"].map((name) => at<HTMLInputElement>(`[name=${name}]`).value);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

let marked: unknown[];

function open(): Picker {
  return new Picker(at("form"), at("#m"), (place) => marked.push(place));
}

beforeEach(() => {
  document.body.innerHTML = FORM;
  marked = [];
});
afterEach(() => vi.unstubAllGlobals());

test("a picked point is confirmed in words, not in numbers", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ text: "文昌社区 3号楼附近" })));

  open().pick({ lon: 119.94, lat: 37.18 });
  const meanwhile = at("[data-picked]").textContent;
  await settled();

  expect(values()).toEqual(["119.940000", "37.180000"]);
  expect(meanwhile).toBe("正在查找…");
  expect(at("[data-picked]").textContent).toBe("文昌社区 3号楼附近");
  expect(marked).toHaveLength(1);
});

test("without a network the point still counts", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("offline")));

  open().pick({ lon: 119.94, lat: 37.18 });
  await settled();

  expect(at("[data-picked]").textContent).toBe("位置 119.940000, 37.180000");
});

test("an address chosen by keyboard sets the same place and its words", () => {
  open();

  at("[data-place]").click();

  expect(values()).toEqual(["119.950000", "37.190000"]);
  expect(at("[data-picked]").textContent).toBe("文昌社区3号楼");
});

test("the words of the last point win, however slow the first answer is", async () => {
  const answers: ((answer: Response) => void)[] = [];
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push(resolve)));
  const picker = open();

  picker.pick({ lon: 1, lat: 1 });
  picker.pick({ lon: 2, lat: 2 });
  answers[1]!(Response.json({ text: "第二处" }));
  answers[0]!(Response.json({ text: "第一处" }));
  await settled();

  expect(at("[data-picked]").textContent).toBe("第二处");
});

test("the device's place is taken as a point, its refusal is said", () => {
  open();
  at("#m").dispatchEvent(new CustomEvent("place:found", { detail: { lon: 119.9, lat: 37.1 } }));
  const found = values();
  at("#m").dispatchEvent(new CustomEvent("place:refused", { detail: "手机没有给出位置" }));

  expect(found).toEqual(["119.900000", "37.100000"]);
  expect(at("[data-picked]").textContent).toBe("手机没有给出位置");
});

test("a place that came back with a refused form is marked again", () => {
  at<HTMLInputElement>("[name=lon]").value = "119.9";
  at<HTMLInputElement>("[name=lat]").value = "37.1";

  open();

  expect(marked).toEqual([{ lon: 119.9, lat: 37.1 }]);
});
