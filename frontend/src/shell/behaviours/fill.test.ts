import { expect, test } from "vitest";
import { startFill } from "./fill";

test("a tap on a demo account fills in the log-in and leads to its button", () => {
  document.body.innerHTML = `
    <form id="login"><input name="login"><input name="password" type="password"><button>登录</button></form>
    <button type="button" data-fill-form="login" data-fill-login="grid" data-fill-password="Yige-2026"><b>网格员</b></button>`;
  startFill(document);

  document.querySelector("b")!.click();

  const fields = [...document.querySelectorAll("input")].map((field) => field.value);
  expect(fields).toEqual(["grid", "Yige-2026"]);
  expect(document.activeElement).toBe(document.querySelector("form button"));
});
