/** The widget: a button on the page, and the panel it opens. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ChatApi } from "./api";
import type { MessageComposer } from "./composer";
import { Conversation } from "./conversation";
import { bubble, cross } from "./icons";
import type { Button } from "./messages";
import { Shield } from "./shield";
import { ChatStore, tabStorage } from "./store";
import { strings } from "./strings";
import { base } from "./styles/base";
import { panelStyles } from "./styles/panel";
import { theme } from "./styles/theme";
import type { Entry } from "./timeline";

/** Milliseconds of writing before it is announced: a quick answer needs no announcement of its coming. */
const ANNOUNCED_AFTER = 1_000;

/**
 * `<offre-bailleurs-chat chat-url="…" identity-url="…" privacy-url="…">`
 *
 * Methods for the page: `open()` and `close()`.
 */
export class ChatWidget extends LitElement {
  static override readonly styles = [theme, base, panelStyles];

  /** Prefix of the chat channel. */
  @property({ attribute: "chat-url" }) chatUrl = "";
  /** Where the page's own site says who is signed in; absent: everybody is anonymous. */
  @property({ attribute: "identity-url" }) identityUrl: string | null = null;

  /** The page that says what becomes of what is written here; absent: no link. */
  @property({ attribute: "privacy-url" }) privacyUrl = "";

  @state() private opened = false;
  @state() private announced = "";

  readonly #store = new ChatStore(tabStorage());
  readonly #shield = new Shield(this, () => this.requestUpdate());
  #conversation: Conversation | null = null;
  #lastActivity = "";
  /** The newest message that was there when the panel was closed. */
  #seen = 0;
  #announcing: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.lang = "fr";
    this.#conversation ??= new Conversation(new ChatApi(this.chatUrl, this.identityUrl), this.#store, () =>
      this.#changed(),
    );
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("focus", this.#onFocus);
    window.addEventListener("pagehide", this.#onPageHide);
    window.addEventListener("pageshow", this.#onPageShow);
    this.#arrive();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#announcing);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("focus", this.#onFocus);
    window.removeEventListener("pagehide", this.#onPageHide);
    window.removeEventListener("pageshow", this.#onPageShow);
    this.#shield.lower();
    this.#talk.sleep();
  }

  /** Opens the panel and puts the focus where one writes. */
  async open(): Promise<void> {
    this.#show(true);
    await this.updateComplete;
    this.#composer?.focus();
  }

  /** Closes the panel and gives the focus back to the launcher. */
  async close(): Promise<void> {
    this.#show(false);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".launcher")?.focus();
  }

  override render(): TemplateResult {
    return html`
      <button type="button" class="launcher" aria-haspopup="dialog" ?hidden=${this.opened} @click=${() => this.open()}>
        ${bubble}<span
          >${
            this.#news
              ? strings.launcherNews
              : html`${strings.launcher}<span class="visually-hidden">${strings.launcherMore}</span>`
          }</span
        >
      </button>
      <p class="visually-hidden" role="status">${this.#news ? strings.launcherNews : this.announced}</p>
      ${this.opened ? this.#panel() : nothing}
    `;
  }

  get #talk(): Conversation {
    return this.#conversation!;
  }

  get #composer(): MessageComposer | null {
    return this.renderRoot.querySelector<MessageComposer>("offre-bailleurs-chat-composer");
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog")!;
  }

  #panel(): TemplateResult {
    const { state, timeline, draft, adviserAnswers } = this.#talk;
    return html`
      <section
        class="panel"
        role="dialog"
        aria-modal=${this.#shield.raised ? "true" : nothing}
        aria-labelledby="title"
        @keydown=${this.#onKey}
      >
        <div class="header">
          <div>
            <h2 id="title">${strings.title}</h2>
            <p>${adviserAnswers ? strings.withAdviser : strings.automatic}</p>
          </div>
          <button type="button" class="close" @click=${() => this.close()}>
            ${cross}<span>${strings.close}<span class="visually-hidden">${strings.closeMore}</span></span>
          </button>
        </div>
        <offre-bailleurs-chat-log
          class="log"
          .entries=${timeline.entries}
          .isOpen=${(entry: Entry) => state.phase === "ready" && !adviserAnswers && timeline.isOpen(entry)}
          .notice=${state.notice}
          .privacyUrl=${this.privacyUrl}
          .activity=${this.#activity}
          @choose=${(event: CustomEvent<Button>) => this.#talk.choose(event.detail)}
        ></offre-bailleurs-chat-log>
        <div role="alert">${state.trouble ? this.#trouble(state.trouble) : nothing}</div>
        <offre-bailleurs-chat-composer
          .draft=${draft}
          .blocked=${this.#blocked}
          @draft=${(event: CustomEvent<string>) => (this.#talk.draft = event.detail)}
          @say=${(event: CustomEvent<string>) => this.#talk.say(event.detail)}
        ></offre-bailleurs-chat-composer>
        <p class="footer">
          <button type="button" ?hidden=${!this.#talk.erasable} @click=${() => this.#dialog.showModal()}>
            ${strings.erase}
          </button>
        </p>
      </section>
      ${this.#confirmation()}
    `;
  }

  #trouble(text: string): TemplateResult {
    const { messageStuck, state } = this.#talk;
    const stuck = state.phase === "stuck";
    return html`
      <div class="trouble">
        <p>${text}</p>
        ${stuck ? html`<button type="button" class="primary" @click=${this.#onRetry}>${strings.retry}</button>` : nothing}
        ${messageStuck ? html`<button type="button" @click=${this.#onAbandon}>${strings.abandon}</button>` : nothing}
      </div>
    `;
  }

  #confirmation(): TemplateResult {
    return html`
      <dialog role="alertdialog" aria-labelledby="erase-title" aria-describedby="erase-detail">
        <h2 id="erase-title">${strings.eraseQuestion}</h2>
        <p id="erase-detail">${strings.eraseDetail}</p>
        <div>
          <button type="button" autofocus @click=${() => this.#dialog.close()}>${strings.eraseNo}</button>
          <button type="button" class="primary" @click=${this.#onErase}>${strings.eraseYes}</button>
        </div>
      </dialog>
    `;
  }

  /** What goes on, in words; empty when the widget waits for the person. */
  get #activity(): string {
    const { phase, retrying } = this.#talk.state;
    if (phase === "opening") return strings.opening;
    if (phase !== "sending") return "";
    if (retrying) return strings.retrying;
    // Whether the adviser writes is not known: nothing is better than «L’assistant écrit…».
    return this.#talk.adviserAnswers ? "" : strings.typing;
  }

  get #blocked(): string {
    const { phase } = this.#talk.state;
    if (phase === "ready") return "";
    if (phase === "stuck") return strings.stuckFirst;
    return this.#talk.adviserAnswers ? strings.stillSending : strings.stillAnswering;
  }

  /** An adviser spoke since the panel was closed. */
  get #news(): boolean {
    const { entries } = this.#talk.timeline;
    return !this.opened && entries.some(({ from, seq }) => from === "adviser" && seq !== null && seq > this.#seen);
  }

  #show(open: boolean): void {
    this.opened = open;
    this.#seen = this.#talk.timeline.synced;
    this.#store.panelOpen = open;
    if (open) this.#shield.raise();
    else this.#shield.lower();
    this.#attend();
    if (open) void this.#talk.start();
  }

  #attend(): void {
    const wanted = this.opened || this.#talk.adviserAwaited;
    this.#talk.attended = wanted && document.visibilityState === "visible";
  }

  /** On a page that was just loaded or brought back: the panel as it was left, without taking the focus. */
  #arrive(): void {
    if (this.#store.panelOpen) this.#show(true);
    else void this.#talk.checkIdentity();
  }

  #changed(): void {
    this.requestUpdate();
    this.#attend();
    const activity = this.#activity;
    if (activity === this.#lastActivity) return;
    this.#lastActivity = activity;
    clearTimeout(this.#announcing);
    if (activity === "") this.announced = "";
    else this.#announcing = setTimeout(() => this.#announce(activity), ANNOUNCED_AFTER);
  }

  #announce(text: string): void {
    this.announced = text;
  }

  #onVisibility = (): void => {
    this.#attend();
    if (document.visibilityState === "visible") void this.#talk.checkIdentity();
  };

  #onFocus = (): void => {
    void this.#talk.checkIdentity();
  };

  #onPageHide = (): void => {
    this.#talk.sleep();
  };

  #onPageShow = (event: PageTransitionEvent): void => {
    if (event.persisted) this.#arrive();
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    void this.close();
  };

  #onRetry = (): void => {
    void this.#talk.retry();
    this.#composer?.focus();
  };

  #onAbandon = (): void => {
    void this.#talk.abandon();
    this.#composer?.focus();
  };

  #onErase = (): void => {
    this.#dialog.close();
    void this.#talk.erase();
    this.#composer?.focus();
  };
}
