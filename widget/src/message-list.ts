/** The log of a conversation: who said what, with buttons, images and files. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { arrow } from "./icons";
import type { Attachment, Button } from "./messages";
import { fileSize, fileType, set, strings } from "./strings";
import { base } from "./styles/base";
import { logStyles } from "./styles/log";
import { blocksOf } from "./text";
import type { Entry } from "./timeline";

/** Pixels from the end within which the reader is taken to follow the conversation. */
const NEAR = 48;
/** The two buttons of « Cela répond-il à votre question ? »: there for whoever cares to answer. */
const FEEDBACK = /^(?:👍|👎)/u;
/** Milliseconds of silence for a screen reader to take in a history without reading it out. */
const HUSH = 700;

/** Fires `choose` with the `Button` pressed. */
export class MessageList extends LitElement {
  static override readonly styles = [base, logStyles];

  @property({ attribute: false }) entries: readonly Entry[] = [];
  @property({ attribute: false }) isOpen: (entry: Entry) => boolean = () => false;
  @property() notice = "";
  /** The page that says what becomes of what is written here; empty: no link. */
  @property() privacyUrl = "";
  /** What goes on, in French: the bot writes, a new try is near. Seen here, announced elsewhere. */
  @property() activity = "";

  @state() private hushed = false;
  @state() private unseen = false;
  /** The button that was pressed: it keeps the focus, though it does nothing any more, until the person moves on. */
  @state() private pressed = "";

  #known = new Set<string>();
  #following = true;
  #hushTimer: ReturnType<typeof setTimeout> | undefined;
  /** What is written below, or an error, takes room: the end stays in sight of a reader who was there. */
  readonly #room = new ResizeObserver(() => this.#stay());

  override render(): TemplateResult {
    return html`
      <div
        class="log"
        role="log"
        aria-label=${strings.log}
        aria-live=${this.hushed ? "off" : "polite"}
        tabindex="0"
        @scroll=${this.#onScroll}
      >
        ${this.#privacy()} ${this.notice ? html`<p class="notice">${this.notice}</p>` : nothing}
        ${repeat(this.entries, (entry) => entry.key, this.#entry)}
        ${
          this.activity
            ? html`<p class="activity" aria-hidden="true">
                <span class="dots"><i></i><i></i><i></i></span>${this.activity}
              </p>`
            : nothing
        }
      </div>
      ${
        this.unseen
          ? html`<button type="button" class="unseen" @click=${this.#onUnseen}>${arrow}${strings.newMessage}</button>`
          : nothing
      }
    `;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("entries")) return;
    const first = !this.hasUpdated;
    if (this.entries.some((entry) => !this.#known.has(entry.key) && (entry.old || first))) this.#hush();
  }

  protected override firstUpdated(): void {
    this.#room.observe(this.#log);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("entries")) this.#follow();
    else if (changed.has("activity")) this.#stay();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#hushTimer);
    this.#room.disconnect();
  }

  get #log(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>(".log")!;
  }

  #privacy(): TemplateResult {
    return html`<p class="privacy">
      ${strings.privacy}
      ${
        this.privacyUrl
          ? html`<a href=${this.privacyUrl} target="_blank" rel="noopener"
              >${strings.privacyLink}<span class="visually-hidden"> (${strings.newWindow})</span></a
            >`
          : nothing
      }
    </p>`;
  }

  #entry = (entry: Entry): TemplateResult => html`
    <div class="entry ${entry.from}" data-key=${entry.key}>
      <p class="speaker">${strings.speakers[entry.from]}<span class="visually-hidden">${"\u00a0:"}</span></p>
      <div class="bubble">
        ${entry.image === undefined ? this.#text(entry.text) : this.#figure(entry.image, entry.text)}
        ${entry.attachment === undefined ? nothing : this.#file(entry.attachment)}
      </div>
      ${entry.buttons.length === 0 ? nothing : this.#buttons(entry)}
    </div>
  `;

  #text(text: string): TemplateResult[] {
    return blocksOf(set(text)).map((block) =>
      block.kind === "list"
        ? html`<ul role="list">
            ${block.items.map((item) => html`<li><span>${item.mark}</span> ${item.text}</li>`)}
          </ul>`
        : html`<p>${block.lines.join("\n")}</p>`,
    );
  }

  /** The text stands for the image: seen under it, read once. */
  #figure(image: string, text: string): TemplateResult {
    return html`
      <img src=${image} alt=${text} @load=${this.#stay} />
      <div aria-hidden="true">${this.#text(text)}</div>
    `;
  }

  #file({ name, url, type, size }: Attachment): TemplateResult {
    const details = [fileType(type, name), ...(size > 0 ? [fileSize(size)] : [])].join(", ");
    return html`
      <a class="file" href=${url} target="_blank" rel="noopener"
        >${name} (${details})<span class="visually-hidden"> (${strings.newWindow})</span></a
      >
    `;
  }

  #buttons(entry: Entry): TemplateResult {
    const open = this.isOpen(entry);
    return html`
      <div class="choices">
        ${entry.buttons.map((button, index) => {
          const name = `${entry.key}/${index}`;
          const kept = this.pressed === name;
          return html`<button
            type="button"
            class="choice ${FEEDBACK.test(button.title) ? "feedback" : ""} ${kept && !open ? "spent" : ""}"
            ?disabled=${!open && !kept}
            aria-disabled=${kept && !open ? "true" : nothing}
            @click=${() => this.#press(name, button, open)}
            @blur=${() => this.#release(name)}
          >
            ${button.title}
          </button>`;
        })}
      </div>
    `;
  }

  #press(name: string, button: Button, open: boolean): void {
    if (!open) return;
    this.pressed = name;
    this.dispatchEvent(new CustomEvent<Button>("choose", { detail: button }));
  }

  #release(name: string): void {
    if (this.pressed === name) this.pressed = "";
  }

  #hush(): void {
    this.hushed = true;
    clearTimeout(this.#hushTimer);
    this.#hushTimer = setTimeout(() => {
      this.hushed = false;
    }, HUSH);
  }

  /** After new entries: goes along with a reader who follows, leaves alone one who reads higher up. */
  #follow(): void {
    const fresh = this.entries.filter((entry) => !this.#known.has(entry.key));
    const all = fresh.length === this.entries.length;
    this.#known = new Set(this.entries.map((entry) => entry.key));
    if (all || fresh.some((entry) => entry.seq === null)) {
      this.#toEnd();
    } else if (this.#following) {
      // A long answer is read from its beginning.
      this.#scrollTo(fresh[0] === undefined ? Infinity : this.#topOf(fresh[0]));
    } else if (fresh.length > 0) {
      this.unseen = true;
    }
  }

  #topOf(entry: Entry): number {
    const element = this.renderRoot.querySelector<HTMLElement>(`[data-key="${entry.key}"]`);
    return element === null ? Infinity : element.offsetTop - NEAR / 4;
  }

  #toEnd(): void {
    this.#following = true;
    this.unseen = false;
    this.#scrollTo(Infinity);
  }

  /** Scrolls to a height, or to the end when that comes first. */
  #scrollTo(top: number): void {
    const log = this.#log;
    log.scrollTop = Math.min(top, log.scrollHeight - log.clientHeight);
  }

  #onScroll = (): void => {
    const log = this.#log;
    this.#following = log.scrollHeight - log.clientHeight - log.scrollTop < NEAR;
    if (this.#following) this.unseen = false;
  };

  #onUnseen = (): void => {
    this.#toEnd();
    this.#log.focus();
  };

  /** Keeps the end in sight of a reader who follows. */
  #stay = (): void => {
    if (this.#following) this.#scrollTo(Infinity);
  };
}
