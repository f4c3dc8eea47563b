import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { standIn } from "./dev/plugin.ts";

/** The licence of the one dependency, which asks to go with every copy. */
const LICENCE = readFileSync(new URL("node_modules/lit/LICENSE", import.meta.url), "utf8");

export default defineConfig({
  plugins: [standIn()],
  server: { host: "127.0.0.1", port: 18200, strictPort: true },
  build: {
    target: ["es2022", "chrome100", "firefox100", "safari16"],
    // Committed where the portal serves it: running the project needs no Node.
    outDir: "../portal/static/chat",
    emptyOutDir: false,
    rolldownOptions: { output: { postBanner: `/*! Contains Lit, https://lit.dev\n\n${LICENCE.trim()}\n*/` } },
    lib: {
      entry: "src/main.ts",
      formats: ["iife"],
      name: "OffreBailleursChat",
      fileName: () => "offre-bailleurs-chat.js",
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
