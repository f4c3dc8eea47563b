/** Where the person writes: a labelled field, its counter, the button to send. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { send } from "./icons";
import { strings } from "./strings";
import { base } from "./styles/base";
import { composerStyles } from "./styles/composer";
import { countCharacters } from "./text";

/** Characters in a message, as the channel accepts them. */
export const LIMIT = 1_000;
/** Characters from which the counter is of use. */
const COUNTED = 900;
/** Milliseconds without a keystroke before the counter is announced. */
const QUIET = 1_000;

/** Fires `draft` with the text at each change, and `say` with the text to send. */
export class MessageComposer extends LitElement {
  static override readonly styles = [base, composerStyles];

  @property() draft = "";
  /** Why nothing can be sent just now, in French; empty when it can. */
  @property() blocked = "";

  @state() private announced = "";
  #announcing: ReturnType<typeof setTimeout> | undefined;

  override focus(): void {
    this.renderRoot.querySelector("textarea")?.focus();
  }

  override render(): TemplateResult {
    const counter = this.#counter;
    return html`
      <form @submit=${this.#onSubmit}>
        <label for="input">${strings.input}</label>
        <div class="field">
          <textarea
            id="input"
            rows="2"
            autocomplete="off"
            enterkeyhint="send"
            aria-describedby="hint counter"
            aria-invalid=${this.#left < 0 ? "true" : nothing}
            .value=${live(this.draft)}
            @input=${this.#onInput}
            @keydown=${this.#onKey}
          ></textarea>
          <button type="submit" class="send" aria-disabled=${this.blocked ? "true" : nothing}>
            ${send}<span>${strings.send}</span>
          </button>
        </div>
        <p id="counter" class="counter ${this.#left < 0 ? "over" : ""}">${counter}</p>
        <p id="hint" class="hint">${strings.inputHint}</p>
        <p class="visually-hidden" role="status">${this.announced}</p>
      </form>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("draft")) return;
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => this.#announce(this.#counter), QUIET);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#announcing);
  }

  get #left(): number {
    return LIMIT - countCharacters(this.draft.trim());
  }

  get #counter(): string {
    const left = this.#left;
    if (left > LIMIT - COUNTED) return "";
    return left < 0 ? strings.charactersOver(-left) : strings.charactersLeft(left);
  }

  #announce(text: string): void {
    this.announced = text;
  }

  #onInput = (event: InputEvent): void => {
    this.announced = "";
    this.dispatchEvent(new CustomEvent("draft", { detail: (event.target as HTMLTextAreaElement).value }));
  };

  #onKey = (event: KeyboardEvent): void => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  };

  #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.#submit();
  };

  #submit(): void {
    const text = this.draft.trim();
    if (this.blocked || this.#left < 0) this.#announce(this.blocked || strings.tooLong(LIMIT));
    else if (text !== "") this.dispatchEvent(new CustomEvent("say", { detail: text }));
    this.focus();
  }
}
