/** Where one writes. */

import { css } from "lit";
import { hidden } from "./base";

export const composerStyles = css`
  :host {
    display: block;
    border-block-start: 1px solid var(--chat-edge);
  }
  form {
    padding: 0.7em 1.1em 0.2em;
  }
  label {
    display: block;
    margin-block-end: 0.3em;
    font-size: 0.875em;
    font-weight: 600;
  }
  .field {
    display: flex;
    align-items: flex-end;
    gap: 0.6em;
  }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: 2.75em;
    max-height: 8em;
    padding: 0.55em 0.7em;
    border: 1px solid var(--chat-control);
    border-radius: 0.6em;
    background: var(--chat-ground);
    line-height: 1.4;
    resize: none;
    field-sizing: content;
  }
  textarea:focus-visible {
    outline-offset: 0;
  }
  textarea[aria-invalid] {
    border: 2px solid var(--chat-accent);
  }
  .send {
    display: flex;
    align-items: center;
    gap: 0.4em;
    flex: none;
    border-color: var(--chat-primary);
    background: var(--chat-primary);
    color: var(--chat-on-primary);
    font-weight: 600;
  }
  .send:hover:not([aria-disabled]) {
    border-color: var(--chat-primary-strong);
    background: var(--chat-primary-strong);
  }
  .send[aria-disabled] {
    border-color: var(--chat-control);
    background: var(--chat-soft);
    color: var(--chat-muted);
  }
  .hint,
  .counter {
    margin-block-start: 0.35em;
    color: var(--chat-muted);
    font-size: 0.8125em;
  }
  .counter:empty {
    display: none;
  }
  .counter.over {
    color: var(--chat-accent);
    font-weight: 600;
  }
  /* A hint about keys is of no use without a keyboard, nor worth its place on a small screen. */
  @media (pointer: coarse), (max-width: 32em), (max-height: 30em) {
    .hint {
      display: none;
    }
  }
  @media (max-width: 26em) {
    .send > span {
      ${hidden}
    }
  }
  @media (max-height: 30em) {
    label {
      ${hidden}
    }
  }
`;
