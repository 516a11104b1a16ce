import { beforeEach, expect, test } from "vitest";
import { startPhotos } from "./photos";

beforeEach(() => {
  document.body.innerHTML = `<div data-photos data-limit="2" data-too-many="最多 2 张"><input type="file" multiple><p data-photos-said></p><ul data-previews></ul></div>`;
  startPhotos(document);
});

function choose(...names: string[]): HTMLInputElement {
  const picker = document.querySelector("input")!;
  const chosen = new DataTransfer();
  for (const name of names) chosen.items.add(new File(["x"], name, { type: "image/jpeg" }));
  picker.files = chosen.files;
  picker.dispatchEvent(new Event("change"));
  return picker;
}

test("a chosen photo is seen, by its name also heard", () => {
  choose("路灯.jpg");

  expect(document.querySelector("img")!.alt).toBe("路灯.jpg");
  expect(document.querySelector("[data-photos-said]")!.textContent).toBe("路灯.jpg");
});

test("of too many photos the first are kept, and the page says so", () => {
  const picker = choose("1.jpg", "2.jpg", "3.jpg");

  expect([...picker.files!].map((photo) => photo.name)).toEqual(["1.jpg", "2.jpg"]);
  expect(document.querySelectorAll("img")).toHaveLength(2);
  expect(document.querySelector("[data-photos-said]")!.textContent).toBe("最多 2 张");
});
