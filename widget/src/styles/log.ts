/** The messages. */

import { css } from "lit";

export const logStyles = css`
  :host {
    position: relative;
    display: block;
  }
  .log {
    position: relative;
    height: 100%;
    padding: 1.1em;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .privacy {
    margin-block-end: 1.1em;
    color: var(--chat-muted);
    font-size: 0.875em;
  }
  .privacy a {
    color: var(--chat-link);
  }
  .notice {
    margin-block-end: 1.1em;
    padding: 0.6em 0.8em;
    border-inline-start: 4px solid var(--chat-link);
    background: var(--chat-soft);
    font-size: 0.9375em;
  }
  .entry {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    margin-block-end: 1em;
  }
  .speaker {
    margin-block-end: 0.2em;
    color: var(--chat-muted);
    font-size: 0.8125em;
    font-weight: 600;
  }
  .bubble {
    max-width: 90%;
    padding: 0.65em 0.9em;
    border: 1px solid transparent;
    border-radius: 0.2em 0.9em 0.9em;
    background: var(--chat-soft);
    overflow-wrap: anywhere;
  }
  .bubble p {
    white-space: pre-line;
  }
  .bubble p + *,
  .bubble ul + *,
  .bubble img + * {
    margin-block-start: 0.5em;
  }
  .user {
    align-items: flex-end;
  }
  .user .bubble {
    border-radius: 0.9em 0.2em 0.9em 0.9em;
    background: var(--chat-primary);
    color: var(--chat-on-primary);
  }
  .adviser .bubble {
    border-color: var(--chat-control);
    border-inline-start: 4px solid var(--chat-accent);
    background: var(--chat-ground);
  }
  .adviser .speaker {
    color: var(--chat-accent);
  }
  ul {
    list-style: none;
  }
  li {
    padding-inline-start: 1.35em;
    text-indent: -1.35em;
  }
  /* Inline, so that a copied line stays one line. */
  li span {
    display: inline-block;
    min-width: 1.05em;
    text-indent: 0;
  }
  li + li {
    margin-block-start: 0.3em;
  }
  img {
    display: block;
    max-width: 100%;
    max-height: 18em;
    border: 1px solid var(--chat-edge);
    border-radius: 0.4em;
    background: #ffffff;
    color: #14263b;
  }
  .file {
    display: inline-block;
    color: var(--chat-link);
    font-weight: 600;
    text-underline-offset: 0.2em;
  }
  .file:hover {
    text-decoration-thickness: 2px;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
    margin-block-start: 0.6em;
  }
  .choice {
    border-color: var(--chat-link);
    border-radius: 1.4em;
    font-weight: 550;
  }
  .feedback {
    min-height: 2em;
    padding-block: 0.1em;
    border-color: transparent;
    color: var(--chat-muted);
    font-size: 0.875em;
    font-weight: 400;
  }
  .feedback:hover:not(:disabled) {
    border-color: var(--chat-control);
    color: var(--chat-link);
  }
  .choice:disabled,
  .choice.spent {
    border-color: var(--chat-edge);
    color: var(--chat-muted);
    font-weight: 400;
  }
  .activity {
    display: flex;
    align-items: center;
    gap: 0.6em;
    color: var(--chat-muted);
    font-size: 0.875em;
  }
  .dots {
    display: flex;
    gap: 0.25em;
  }
  .dots i {
    width: 0.5em;
    height: 0.5em;
    border: 1px solid transparent;
    border-radius: 50%;
    background: var(--chat-control);
  }
  .unseen {
    position: absolute;
    inset-block-end: 0.8em;
    inset-inline-start: 50%;
    display: flex;
    align-items: center;
    gap: 0.4em;
    transform: translateX(-50%);
    border-radius: 1.4em;
    border-color: var(--chat-link);
    font-weight: 600;
    white-space: nowrap;
    box-shadow: 0 0.2em 0.8em var(--chat-shade);
  }
  @media (prefers-reduced-motion: no-preference) {
    .dots i {
      animation: breathe 1.2s ease-in-out infinite;
    }
    .dots i:nth-child(2) {
      animation-delay: 150ms;
    }
    .dots i:nth-child(3) {
      animation-delay: 300ms;
    }
    @keyframes breathe {
      50% {
        opacity: 0.25;
      }
    }
  }
`;
