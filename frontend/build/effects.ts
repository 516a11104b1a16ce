import type { Plugin } from "vite";

const WORKER = /maplibre-gl-worker/;

/** Keep MapLibre's worker: its package calls itself free of side effects, and the worker is one. */
export function effects(): Plugin {
  return {
    name: "effects",
    transform(code, id) {
      return WORKER.test(id) ? { code, moduleSideEffects: true } : null;
    },
  };
}
