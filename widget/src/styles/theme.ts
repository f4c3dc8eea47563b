/**
 * The palette and the type, handed down to the inner elements as custom properties.
 *
 * Only constructable style sheets: nothing needs `unsafe-inline`. Dark only where the page itself is: `light-dark()`
 * follows the `color-scheme` that the page declares.
 *
 * Lengths are in em from the reader's own default size, whatever the page's: text grows with the browser's setting.
 * Every pair of text and ground is at least 4.5:1, every border of a control and every focus ring at least 3:1.
 */

import { css } from "lit";

export const theme = css`
  :host {
    all: initial;
    color-scheme: inherit;
    direction: ltr;
    font-family: system-ui, sans-serif;
    font-size: medium;
    line-height: 1.45;
    color: var(--chat-ink);

    --chat-ink: #14263b;
    --chat-muted: #4a5d73;
    --chat-ground: #ffffff;
    --chat-soft: #eef3f8;
    --chat-edge: #d3dde8;
    --chat-control: #6a7f97;
    --chat-primary: #1c4068;
    --chat-primary-strong: #122e4d;
    --chat-on-primary: #ffffff;
    --chat-link: #1c4a80;
    --chat-focus: #2468b0;
    --chat-accent: #b1471d;
    --chat-alert: #fdf1ea;
    --chat-shade: rgb(13 30 50 / 22%);
  }

  @supports (color: light-dark(white, black)) {
    :host {
      --chat-ink: light-dark(#14263b, #e6edf5);
      --chat-muted: light-dark(#4a5d73, #a9b9ca);
      --chat-ground: light-dark(#ffffff, #111d2b);
      --chat-soft: light-dark(#eef3f8, #1d2d40);
      --chat-edge: light-dark(#d3dde8, #33475e);
      --chat-control: light-dark(#6a7f97, #7f95ad);
      --chat-primary: light-dark(#1c4068, #234f80);
      --chat-primary-strong: light-dark(#122e4d, #2c6099);
      --chat-link: light-dark(#1c4a80, #9cc8f7);
      --chat-focus: light-dark(#2468b0, #9cc8f7);
      --chat-accent: light-dark(#b1471d, #f0a27c);
      --chat-alert: light-dark(#fdf1ea, #38251d);
      --chat-shade: light-dark(rgb(13 30 50 / 22%), rgb(0 0 0 / 55%));
    }
  }
`;
