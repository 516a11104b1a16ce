import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startPoll } from "./poll";

const NOON = new Date("2026-11-24T12:00:00+08:00");
const AS_OF = `<span data-as-of="${NOON.toISOString()}" data-fresh="截至 {}" data-lost="已断开,数据停在 {}">截至 12:00:00</span>`;

let answers: (Response | Error)[];
let asked: Headers[];

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  document.documentElement.dataset["zone"] = "Asia/Shanghai";
  answers = [];
  asked = [];
  vi.stubGlobal("fetch", (_url: string, how: RequestInit) => {
    asked.push(new Headers(how.headers));
    const answer = answers.shift() ?? new Error("no network");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function board(inner: string, more = ""): HTMLElement {
  document.body.innerHTML = `<section data-poll="5" data-poll-url="/tiles" ${more}>${inner}${AS_OF}</section>`;
  startPoll(document);
  return document.querySelector("section")!;
}

const fresh = (html: string, etag = '"1"'): Response => new Response(html + AS_OF, { headers: { ETag: etag } });
const same = (): Response => new Response(null, { status: 304 });
const wait = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
const words = (): string => document.querySelector("[data-as-of]")!.textContent!;

test("a board brings new figures and asks the next time whether they changed", async () => {
  const piece = board("<b>3</b>");
  answers = [fresh("<b>4</b>"), same()];

  await wait(5);
  const first = [piece.querySelector("b")!.textContent, words()];
  await wait(5);

  expect(first).toEqual(["4", "截至 12:00:05"]);
  expect(asked[1]!.get("If-None-Match")).toBe('"1"');
  expect(words()).toBe("截至 12:00:10");
});

test("one miss is forgiven, after two the figures say that they stopped", async () => {
  board("<b>3</b>");
  answers = [same()];

  await wait(5);
  await wait(5);
  const afterOne = words();
  await wait(5);
  const afterTwo = words();
  answers = [same()];
  await wait(5);

  expect(afterOne).toBe("截至 12:00:05");
  expect(afterTwo).toBe("已断开,数据停在 12:00:05");
  expect(words()).toBe("截至 12:00:20");
});

test("news waits while somebody writes in the piece, and comes when the field is as it was", async () => {
  const piece = board(`<input id="note" value=""><b>3</b>`);
  const note = piece.querySelector("input")!;
  note.focus();
  note.value = "已到场";
  answers = [fresh("<b>4</b>")];

  await wait(5);
  const whileWriting = piece.querySelector("input")!.value;
  note.value = "";
  note.blur();
  await wait(0);

  expect(whileWriting).toBe("已到场");
  expect(piece.querySelector("b")!.textContent).toBe("4");
});

test("the focus stays on the same link though the list is new", async () => {
  const piece = board(`<a href="/cases/1">123</a>`);
  piece.querySelector("a")!.focus();
  answers = [fresh(`<a href="/cases/2">124</a><a href="/cases/1">123</a>`)];

  await wait(5);

  expect(document.activeElement!.textContent).toBe("123");
});

test("a job that is done replaces its line and is asked for no more", async () => {
  board("<b>42%</b>", `id="job-1"`);
  answers = [new Response(`<section id="job-1"><b>已完成</b></section>`)];

  await wait(5);
  await wait(20);

  expect(document.querySelector("#job-1")!.textContent).toBe("已完成");
  expect(asked).toHaveLength(1);
});

test("a closed door ends the asking", async () => {
  board("<b>3</b>");
  answers = [new Response("", { status: 403 })];

  await wait(30);

  expect(asked).toHaveLength(1);
  expect(words()).toContain("已断开");
});
