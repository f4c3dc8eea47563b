/** Drawings of the widget, its own. Never the only bearer of a meaning. */

import { html, svg, type TemplateResult } from "lit";

const icon = (paths: TemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${paths}</svg>`;

/** A speech bubble with a house in it. */
export const bubble = icon(svg`
  <path d="M12 3c-5 0-9 3.4-9 7.8 0 2.4 1.2 4.5 3.1 5.9L5.5 21l4.3-2.6c.7.1 1.5.2 2.2.2 5 0 9-3.4 9-7.8S17 3 12 3z" />
  <path d="M8.2 11 12 7.6l3.8 3.4M9.4 10.2v4h5.2v-4" />
`);

export const cross = icon(svg`<path d="m6 6 12 12M18 6 6 18" />`);
export const send = icon(svg`<path d="M4 12h15M13 6l6 6-6 6" />`);
export const arrow = icon(svg`<path d="M12 5v14M6 13l6 6 6-6" />`);
