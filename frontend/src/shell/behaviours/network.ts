import { within } from "./pieces";

/**
 * Say whether the device has a network, in the words the page brings.
 *
 *     <span data-network data-online="● Online" data-offline="✕ Offline" role="status"></span>
 */
export function startNetwork(page: Document, device: { onLine: boolean } = navigator): void {
  const say = (): void => {
    for (const line of within<HTMLElement>(page, "[data-network]")) {
      const words = (device.onLine ? line.dataset["online"] : line.dataset["offline"]) ?? "";
      if (line.textContent !== words) line.textContent = words;
    }
  };
  addEventListener("online", say);
  addEventListener("offline", say);
  say();
}
