import { expect, test } from "vitest";
import { newId, startCommand } from "./command";

const submit = (form: HTMLFormElement): boolean =>
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));

test("ids are of version 7 and begin with the millisecond of their birth", () => {
  const id = newId(0x018f_0a1b_2c3d);

  expect(id).toMatch(/^018f0a1b-2c3d-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId()).not.toBe(newId());
});

test("a form keeps the id the server gave it", () => {
  document.body.innerHTML = `<form><input name="command_id" value="given"></form>`;

  startCommand(document);

  expect(document.querySelector("input")!.value).toBe("given");
});

test("a form of a command without a field gets one", () => {
  document.body.innerHTML = `<form data-command></form><form id="search"></form>`;

  startCommand(document);

  const [command, search] = document.querySelectorAll("form");
  expect(command!.querySelector("input")!.value).toMatch(/-7/);
  expect(search!.querySelector("input")).toBeNull();
});

test("two presses send one command, and after an answer in place it may be sent again", () => {
  document.body.innerHTML = `<form data-command></form>`;
  startCommand(document);
  const form = document.querySelector("form")!;

  const went = [submit(form), submit(form)];
  form.dispatchEvent(new Event("htmx:finally:request"));
  went.push(submit(form));

  expect(went).toEqual([true, false, true]);
});
