/**
 * The map's worker. As an entry of its own it shares the larger half of MapLibre with the page, so
 * that this half is loaded once (140 kB less than a worker bundled alone).
 */
import "maplibre-gl/dist/maplibre-gl-worker.mjs";
