/** Build of the six pages: everything the pages need stands in dist, nothing is inlined. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const page = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte()],
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8000", "/tiles": "http://127.0.0.1:8000" } },
  build: {
    outDir: "dist",
    target: "es2022",
    // The content security policy allows no data: fonts and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // MapLibre alone is above Vite's default of 500 kB; it is one cached file, loaded after the page.
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: {
        planner: page("index.html"),
        field: page("field/index.html"),
        review: page("review/index.html"),
        import: page("import/index.html"),
        locate: page("locate/index.html"),
        admin: page("admin/index.html"),
      },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
