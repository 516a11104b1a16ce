import type { Map as Chart } from "maplibre-gl";

const charts = new Map<string, Chart>();

/**
 * Let two maps of a page move together: whoever moves one sees the same ground on the other.
 *
 *     <div data-map id="before" data-linked="after" …></div> <div data-map id="after" …></div>
 */
export function link(box: HTMLElement, chart: Chart): void {
  charts.set(box.id, chart);
  for (const [id, other] of charts) {
    if (id !== box.id && (box.dataset["linked"] === id || document.getElementById(id)?.dataset["linked"] === box.id)) join(chart, other);
  }
}

function join(one: Chart, two: Chart): void {
  let isFollowing = false;
  const follow = (leader: Chart, follower: Chart): void => {
    leader.on("move", () => {
      if (isFollowing) return;
      isFollowing = true;
      follower.jumpTo({ center: leader.getCenter(), zoom: leader.getZoom() });
      isFollowing = false;
    });
  };
  follow(one, two);
  follow(two, one);
}
