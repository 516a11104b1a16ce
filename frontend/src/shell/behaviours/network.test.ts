import { expect, test } from "vitest";
import { startNetwork } from "./network";

test("the header says when the network goes and when it is back", () => {
  document.body.innerHTML = `<span data-network data-online="● 在线" data-offline="✕ 离线"></span>`;
  const device = { onLine: true };
  startNetwork(document, device);
  const words = (): string | null => document.querySelector("[data-network]")!.textContent;
  const before = words();

  device.onLine = false;
  dispatchEvent(new Event("offline"));
  const without = words();
  device.onLine = true;
  dispatchEvent(new Event("online"));

  expect([before, without, words()]).toEqual(["● 在线", "✕ 离线", "● 在线"]);
});
