import { expect, test } from "vitest";
import { startErrors } from "./errors";

const REFUSED = `
  <div data-error-summary tabindex="-1"><a href="#f-phone">电话号码应为 11 位</a><a href="#f-kind">请选一项</a></div>
  <input id="f-phone"><fieldset id="f-kind"><input type="radio" name="kind"></fieldset>`;

test("after a refusal the summary has the focus", () => {
  document.body.innerHTML = REFUSED;

  startErrors(document);

  expect(document.activeElement).toBe(document.querySelector("[data-error-summary]"));
});

test("a link of the summary leads to its field, and to the first choice of a group", () => {
  document.body.innerHTML = REFUSED;
  startErrors(document);
  const [phone, kind] = document.querySelectorAll("a");

  phone!.click();
  const first = document.activeElement;
  kind!.click();

  expect(first).toBe(document.getElementById("f-phone"));
  expect(document.activeElement).toBe(document.querySelector("[name=kind]"));
});
