import { describe, expect, test } from "vitest";
import { theme } from "../src/styles/theme";

const PALETTE = /--chat-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;
const FALLBACK = /--chat-([a-z-]+): (#[0-9a-f]{6});/g;

const pairs = [...theme.cssText.matchAll(PALETTE)];
const fallback = new Map([...theme.cssText.matchAll(FALLBACK)].map(([, name, color]) => [name!, color!]));
const light = new Map([...fallback, ...pairs.map(([, name, color]) => [name!, color!] as const)]);
const dark = new Map([...fallback, ...pairs.map(([, name, , color]) => [name!, color!] as const)]);

/** Relative luminance of a colour, as WCAG defines it. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s palette", (_, palette) => {
  test.each([
    ["ink", "ground"],
    ["ink", "soft"],
    ["ink", "alert"],
    ["muted", "ground"],
    ["muted", "soft"],
    ["link", "ground"],
    ["link", "soft"],
    ["accent", "ground"],
    ["on-primary", "primary"],
    ["on-primary", "primary-strong"],
  ])("lets text be read: %s on %s", (text, ground) => {
    expect(contrast(palette.get(text)!, palette.get(ground)!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ["control", "ground"],
    ["control", "soft"],
    ["control", "alert"],
    ["link", "ground"],
    ["accent", "ground"],
    ["accent", "alert"],
    ["focus", "ground"],
    ["focus", "soft"],
    ["focus", "alert"],
  ])("lets borders and focus rings be seen: %s on %s", (edge, ground) => {
    expect(contrast(palette.get(edge)!, palette.get(ground)!)).toBeGreaterThanOrEqual(3);
  });
});

test("browsers that know no light-dark() get the light palette", () => {
  for (const [, name, color] of pairs) expect(fallback.get(name!)).toBe(color);
});
