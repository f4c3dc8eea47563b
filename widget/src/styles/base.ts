/** What every element of the widget shares. */

import { css } from "lit";

/** Out of sight, but read by screen readers. */
export const hidden = css`
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
`;

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  p,
  h2,
  ul {
    margin: 0;
    padding: 0;
    font-size: inherit;
    font-weight: inherit;
  }
  button,
  textarea {
    font: inherit;
    color: inherit;
  }
  button {
    min-height: 2.75em;
    padding: 0.4em 0.9em;
    border: 1px solid var(--chat-control);
    border-radius: 0.6em;
    background: var(--chat-ground);
    color: var(--chat-link);
    cursor: pointer;
    text-align: start;
    overflow-wrap: anywhere;
  }
  button:hover:not(:disabled, [aria-disabled]) {
    background: var(--chat-soft);
    border-color: currentColor;
  }
  button:disabled,
  button[aria-disabled] {
    cursor: default;
  }
  button.primary {
    border-color: var(--chat-primary);
    background: var(--chat-primary);
    color: var(--chat-on-primary);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled, [aria-disabled]) {
    background: var(--chat-primary-strong);
  }
  :focus-visible {
    outline: 3px solid var(--chat-focus);
    outline-offset: 2px;
  }
  svg {
    width: 1.4em;
    height: 1.4em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .visually-hidden {
    ${hidden}
  }
`;
