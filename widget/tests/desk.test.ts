import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** The desk's pages ship htmx as npm gives it: `package-lock.json` pins the version and its digest. */
test.each([
  ["dist/htmx.min.js", "htmx.min.js"],
  ["LICENSE", "htmx.LICENSE.txt"],
])("the portal's copy of htmx's %s is the package's, byte for byte", (packaged, served) => {
  const original = readFileSync(new URL(`../node_modules/htmx.org/${packaged}`, import.meta.url));
  const copy = readFileSync(new URL(`../../portal/static/desk/${served}`, import.meta.url));
  expect(copy.equals(original)).toBe(true);
});
