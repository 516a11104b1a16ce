import { expect, test, vi } from "vitest";
import { startPlace } from "./place";

const HERE = { coords: { longitude: 119.94, latitude: 37.18, accuracy: 12 } } as GeolocationPosition;

test("the device is asked only at a tap, and its place goes to the map", () => {
  document.body.innerHTML = `<div id="m"></div><button data-use-my-place data-target="m">我的位置</button>`;
  const ask = vi.fn((found: PositionCallback) => found(HERE));
  startPlace(document, { getCurrentPosition: ask } as unknown as Geolocation);
  const before = ask.mock.calls.length;
  const told: unknown[] = [];
  document.getElementById("m")!.addEventListener("place:found", (event) => told.push((event as CustomEvent).detail));

  document.querySelector("button")!.click();

  expect(before).toBe(0);
  expect(told).toEqual([{ lon: 119.94, lat: 37.18, accuracy: 12 }]);
});

test("a refusal is told in the page's own words", () => {
  document.body.innerHTML = `<div id="n"></div><button data-use-my-place data-target="n" data-refused="手机没有给出位置">我的位置</button>`;
  const told: unknown[] = [];
  document.getElementById("n")!.addEventListener("place:refused", (event) => told.push((event as CustomEvent).detail));
  const page = document.implementation.createHTMLDocument();
  page.body.append(...document.body.children);
  startPlace(page, undefined);

  page.querySelector("button")!.click();

  expect(told).toEqual(["手机没有给出位置"]);
});
