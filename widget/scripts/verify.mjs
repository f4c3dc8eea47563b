// Fails when the committed bundle is not what the sources build, byte for byte.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

const NAME = "offre-bailleurs-chat.js";
const committed = readFileSync(new URL(`../../portal/static/chat/${NAME}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "widget-"));
try {
  await build({ build: { outDir: folder }, logLevel: "warn" });
  const built = readFileSync(join(folder, NAME));
  if (built.equals(committed)) {
    console.log(`${NAME} is what the sources build`);
  } else {
    console.error(`${NAME} is not what the sources build: run "npm run build" and commit the result`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
