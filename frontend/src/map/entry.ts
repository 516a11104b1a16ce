import "./map.css";
import { Board } from "./board";
import { Workbench } from "./workbench";

/** Draw each map of the page; where that cannot be, the page says so and the table stays. */
for (const box of document.querySelectorAll<HTMLElement>("[data-map]")) {
  Board.open(box).catch((fault: unknown) => {
    box.dataset["fault"] = String(fault);
    const words = document.createElement("p");
    words.className = "map-unable";
    words.textContent = box.dataset["unable"] ?? "";
    box.replaceChildren(words);
  });
}

for (const bench of document.querySelectorAll<HTMLElement>("[data-workbench]")) new Workbench(bench);
