/** The launcher, the panel and what frames the conversation. */

import { css } from "lit";
import { hidden } from "./base";

export const panelStyles = css`
  .launcher {
    position: fixed;
    inset-block-end: 1.25em;
    inset-inline-end: 1.25em;
    z-index: 2147483000;
    display: flex;
    align-items: center;
    gap: 0.6em;
    min-height: 3.25em;
    padding: 0.5em 1.3em 0.5em 1em;
    border: 2px solid var(--chat-on-primary);
    border-radius: 2em;
    background: var(--chat-primary);
    color: var(--chat-on-primary);
    font-weight: 600;
    box-shadow: 0 0.3em 1.2em var(--chat-shade);
  }
  .launcher:hover:not(:disabled) {
    background: var(--chat-primary-strong);
    border-color: var(--chat-on-primary);
  }
  .launcher svg {
    width: 1.8em;
    height: 1.8em;
    stroke-width: 1.7;
  }

  .panel {
    position: fixed;
    inset-block-end: 1.25em;
    inset-inline-end: 1.25em;
    z-index: 2147483000;
    display: flex;
    flex-direction: column;
    width: 25.5em;
    height: min(42em, calc(100dvh - 2.5em));
    overflow: hidden;
    border: 1px solid var(--chat-control);
    border-radius: 1em;
    background: var(--chat-ground);
    box-shadow: 0 0.6em 2.5em var(--chat-shade);
  }
  .header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.8em;
    padding: 0.7em 0.8em 0.7em 1.1em;
    border-block-end: 3px solid var(--chat-accent);
    background: var(--chat-primary);
    color: var(--chat-on-primary);
  }
  .header h2 {
    font-size: 1.1em;
    font-weight: 650;
    line-height: 1.25;
  }
  .header p {
    font-size: 0.875em;
  }
  .header button {
    display: flex;
    align-items: center;
    gap: 0.4em;
    flex: none;
    border-color: transparent;
    background: transparent;
    color: inherit;
  }
  .header button:hover {
    background: var(--chat-primary-strong);
    border-color: var(--chat-on-primary);
  }
  .header :focus-visible {
    outline-color: var(--chat-on-primary);
    outline-offset: -3px;
  }
  .header svg {
    width: 1.15em;
    height: 1.15em;
  }
  .log {
    flex: 1;
    min-height: 0;
  }
  .trouble {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6em;
    padding: 0.8em 1.1em;
    border-block-start: 1px solid var(--chat-accent);
    border-inline-start: 4px solid var(--chat-accent);
    background: var(--chat-alert);
  }
  .trouble p {
    flex: 1 0 100%;
    font-size: 0.9375em;
  }
  .footer {
    padding: 0 0.6em 0.5em;
    text-align: end;
  }
  .footer button {
    min-height: 2em;
    padding: 0.2em 0.5em;
    border-color: transparent;
    background: transparent;
    color: var(--chat-muted);
    font-size: 0.875em;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .footer button:hover {
    color: var(--chat-link);
  }

  dialog {
    inset: auto 2em 5em auto;
    width: 22em;
    max-width: calc(100vw - 2em);
    margin: 0;
    padding: 1.2em;
    border: 1px solid var(--chat-control);
    border-radius: 0.8em;
    background: var(--chat-ground);
    color: var(--chat-ink);
    font-size: inherit;
    box-shadow: 0 0.6em 2.5em var(--chat-shade);
  }
  dialog::backdrop {
    background: rgb(13 30 50 / 45%);
  }
  dialog h2 {
    margin-block-end: 0.4em;
    font-size: 1.1em;
    font-weight: 650;
  }
  dialog div {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6em;
    margin-block-start: 1em;
  }

  /* A small or much enlarged screen: the panel is all there is to see. */
  @media (max-width: 32em), (max-height: 30em) {
    .panel {
      inset: 0;
      width: auto;
      height: auto;
      border: 0;
      border-radius: 0;
    }
    dialog {
      inset: auto 1em 1em auto;
    }
  }
  @media (max-width: 26em) {
    .close > span {
      ${hidden}
    }
  }
  @media (max-height: 30em) {
    .header {
      padding-block: 0.2em;
    }
    .header p {
      display: none;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .panel {
      animation: rise 180ms ease-out;
    }
    @keyframes rise {
      from {
        opacity: 0;
        transform: translateY(0.8em);
      }
    }
  }
  @media print {
    :host {
      display: none;
    }
  }
`;
