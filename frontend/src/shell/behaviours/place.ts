/**
 * Ask the device for its place, only when the person taps, and once: never a track.
 *
 *     <button type="button" data-use-my-place data-refused="Your device did not give a place."
 *             data-target="report-map">Use my place</button>
 *
 * The place is told to the target as an event `place:found` with `{lon, lat, accuracy}`; a
 * refusal is said in the element's own words beside it.
 */
export function startPlace(page: Document, device: Geolocation | undefined = navigator.geolocation): void {
  page.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-use-my-place]");
    if (button) askDevice(page, button, device);
  });
}

export type Place = { lon: number; lat: number; accuracy?: number };

function askDevice(page: Document, button: HTMLElement, device: Geolocation | undefined): void {
  const target = page.getElementById(button.dataset["target"] ?? "") ?? button;
  const refuse = (): void => {
    target.dispatchEvent(
      new CustomEvent("place:refused", { bubbles: true, detail: button.dataset["refused"] ?? "" }),
    );
  };
  if (!device) {
    refuse();
    return;
  }
  device.getCurrentPosition(
    ({ coords }) => {
      const place: Place = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy };
      target.dispatchEvent(new CustomEvent("place:found", { bubbles: true, detail: place }));
    },
    refuse,
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
  );
}
