import { beforeEach, expect, test } from "vitest";
import { startGuard } from "./guard";

const FORM = `<form data-guard="report">
  <textarea name="text"></textarea>
  <input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b">
  <input type="password" name="pin"><input type="hidden" name="command_id" value="1">
</form>`;

const field = <E extends HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;

function type(selector: string, value: string): void {
  const typed = field<HTMLInputElement>(selector);
  typed.value = value;
  typed.dispatchEvent(new Event("input", { bubbles: true }));
}

function reload(html: string): void {
  document.body.innerHTML = html;
  startGuard(document);
}

beforeEach(() => {
  sessionStorage.clear();
  reload(FORM);
});

test("what was typed is there again after a reload", () => {
  type("textarea", "路灯不亮");
  field<HTMLInputElement>("[value=b]").checked = true;
  field("[value=b]").dispatchEvent(new Event("change", { bubbles: true }));

  reload(FORM);

  expect(field<HTMLTextAreaElement>("textarea").value).toBe("路灯不亮");
  expect(field<HTMLInputElement>("[value=b]").checked).toBe(true);
});

test("a PIN is never kept", () => {
  type("[name=pin]", "123456");

  expect(JSON.stringify({ ...sessionStorage })).not.toContain("123456");
});

test("what the server sent back is not overwritten by the draft", () => {
  type("textarea", "旧草稿");

  reload(`<form data-guard="report"><textarea name="text">新的</textarea></form>`);

  expect(field<HTMLTextAreaElement>("textarea").value).toBe("新的");
});

test("the draft goes once the report has been taken", () => {
  type("textarea", "路灯不亮");

  reload(`<p data-draft-done="report">已受理</p>`);
  reload(FORM);

  expect(field<HTMLTextAreaElement>("textarea").value).toBe("");
});
