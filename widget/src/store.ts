/**
 * What outlives a page: the conversation, the message on its way, the text being typed, the panel's state.
 *
 * In `sessionStorage`, on purpose: it survives a reload and a navigation, and dies with the tab. `localStorage` would
 * show an anonymous visitor's conversation to the next person at a shared computer. The price: another tab is another
 * conversation (a declaration begun in one is taken up in the other by the bot, for a signed-in landlord).
 */

import { isObject, type Said } from "./messages";

const PREFIX = "offre-bailleurs-chat.";

export interface KnownConversation {
  readonly token: string;
  /** Whom the portal said it was opened for; empty for an anonymous visitor. */
  readonly who: string;
}

/** A message that the server has not answered yet. */
export interface Pending {
  readonly id: string;
  readonly said: Said;
  /** What the person reads of it: the text typed or the button's title. */
  readonly label: string;
  /** `seq` of the last message known when it was sent. */
  readonly after: number;
}

export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The tab's storage, or null where the browser refuses it (even naming it throws then). */
export function tabStorage(): TabStorage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

export class ChatStore {
  /** The truth while the page lives: a storage that is full or refused costs the survival of a reload, nothing else. */
  readonly #values = new Map<string, string>();

  constructor(private readonly storage: TabStorage | null) {}

  get conversation(): KnownConversation | null {
    const value = this.#read("conversation");
    return isObject(value) && typeof value["token"] === "string" && typeof value["who"] === "string"
      ? { token: value["token"], who: value["who"] }
      : null;
  }

  set conversation(value: KnownConversation | null) {
    this.#write("conversation", value);
  }

  get pending(): Pending | null {
    const value = this.#read("pending");
    if (!isObject(value) || !isObject(value["said"])) return null;
    const { id, said, label, after } = value;
    if (typeof id !== "string" || typeof label !== "string" || typeof after !== "number") return null;
    if (typeof said["text"] === "string") return { id, label, after, said: { text: said["text"] } };
    if (typeof said["choice"] === "string") return { id, label, after, said: { choice: said["choice"] } };
    return null;
  }

  set pending(value: Pending | null) {
    this.#write("pending", value);
  }

  get draft(): string {
    const value = this.#read("draft");
    return typeof value === "string" ? value : "";
  }

  set draft(value: string) {
    this.#write("draft", value === "" ? null : value);
  }

  get panelOpen(): boolean {
    return this.#read("open") === true;
  }

  set panelOpen(value: boolean) {
    this.#write("open", value ? true : null);
  }

  /** Forgets all that a person said; the panel stays as it is. */
  forget(): void {
    this.conversation = null;
    this.pending = null;
    this.draft = "";
  }

  #read(key: string): unknown {
    const text = this.#values.get(key) ?? this.#kept(key);
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  #kept(key: string): string | null {
    try {
      return this.storage?.getItem(PREFIX + key) ?? null;
    } catch {
      return null;
    }
  }

  #write(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    this.#values.set(key, text);
    try {
      if (value === null) this.storage?.removeItem(PREFIX + key);
      else this.storage?.setItem(PREFIX + key, text);
    } catch {
      // Refused or full: the value in memory serves until the page is left.
    }
  }
}
