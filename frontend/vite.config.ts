import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { entriesIn } from "./build/entries.ts";
import { effects } from "./build/effects.ts";
import { packed } from "./build/packed.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "/static/built/",
  publicDir: false,
  plugins: [effects(), packed()],
  build: {
    outDir: here("../yige/web/static/built"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: entriesIn(here("./src")) },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "build/**/*.test.ts"],
    restoreMocks: true,
  },
});
