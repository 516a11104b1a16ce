import type { Place } from "../shell/behaviours/place";

/**
 * Choose where a matter is: a tap on the map, the device's place, or an address (the way for the
 * keyboard). It works without the map too. All of it stands in one form:
 *
 *     <form>
 *       <input type="hidden" name="lon"><input type="hidden" name="lat">
 *       <div data-map id="report-map" data-pick data-place-url="/places/name" …></div>
 *       <p data-picked role="status" data-waiting="Looking up the place …" data-unnamed="Point {}"></p>
 *       <button type="button" data-use-my-place data-target="report-map">Use my place</button>
 *       <input type="search" hx-get="/places/search" hx-target="#found" name="q"> <ul id="found">
 *         <li><button type="button" data-place data-lon="119.94" data-lat="37.18">Wenchang 3</button></li></ul>
 *     </form>
 *
 * `data-place-url?lon=…&lat=…` answers `{"text": "Wenchang community, building 3"}`: the place in
 * words is what the person confirms, never bare numbers alone.
 */
export class Picker {
  private asked = 0;

  constructor(
    private readonly form: HTMLElement,
    private readonly map: HTMLElement,
    private readonly mark: (place: Place) => void,
  ) {
    map.addEventListener("place:found", (event) => this.pick((event as CustomEvent<Place>).detail));
    map.addEventListener("place:refused", (event) => this.say((event as CustomEvent<string>).detail));
    form.addEventListener("click", (event) => {
      const choice = (event.target as Element).closest<HTMLElement>("[data-place]");
      if (choice) this.pick(placeOf(choice), choice.textContent.trim());
    });
    const before = this.known();
    if (before) void this.pick(before);
  }

  /** Take a place; without words of its own the server is asked for them. */
  pick(place: Place, words = ""): void {
    this.set("lon", place.lon);
    this.set("lat", place.lat);
    this.mark(place);
    this.map.dispatchEvent(new CustomEvent("place:picked", { bubbles: true, detail: place }));
    if (words) this.say(words);
    else void this.name(place);
  }

  private known(): Place | null {
    const [lon, lat] = [this.field("lon").value, this.field("lat").value];
    return lon && lat ? { lon: Number(lon), lat: Number(lat) } : null;
  }

  private async name(place: Place): Promise<void> {
    const asked = ++this.asked;
    const bare = (this.line()?.dataset["unnamed"] ?? "{}").replace("{}", `${round(place.lon)}, ${round(place.lat)}`);
    const address = this.map.dataset["placeUrl"];
    if (!address) return this.say(bare);
    this.say(this.line()?.dataset["waiting"] ?? "");
    const words = await askWords(`${address}?lon=${round(place.lon)}&lat=${round(place.lat)}`);
    if (asked === this.asked) this.say(words || bare);
  }

  private set(name: "lon" | "lat", degrees: number): void {
    const field = this.field(name);
    field.value = round(degrees);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private field(name: "lon" | "lat"): HTMLInputElement {
    const field = this.form.querySelector<HTMLInputElement>(`input[name="${this.map.dataset[name] ?? name}"]`);
    if (!field) throw new Error(`the form of the map has no field for ${name}`);
    return field;
  }

  private line(): HTMLElement | null {
    return this.form.querySelector<HTMLElement>("[data-picked]");
  }

  private say(words: string): void {
    const line = this.line();
    if (line) line.textContent = words;
  }
}

/** Six digits are a tenth of a metre: more would pretend. */
function round(degrees: number): string {
  return degrees.toFixed(6);
}

function placeOf(choice: HTMLElement): Place {
  return { lon: Number(choice.dataset["lon"]), lat: Number(choice.dataset["lat"]) };
}

async function askWords(address: string): Promise<string> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    const said: unknown = answer.ok ? await answer.json() : {};
    return typeof said === "object" && said !== null && "text" in said ? String(said.text) : "";
  } catch {
    return "";
  }
}
