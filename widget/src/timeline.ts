/** The messages as the reader sees them: put together from turns, histories and what was just typed. */

import type { Message } from "./messages";

export interface Entry extends Omit<Message, "seq"> {
  /** Names the entry for the life of the page, whatever becomes of it. */
  readonly key: string;
  /** Null until the server's numbering is known. */
  readonly seq: number | null;
  /** It was said before this page was loaded: not to be announced again. */
  readonly old: boolean;
}

export class Timeline {
  #entries: Entry[] = [];
  #synced = 0;
  #generation = 0;

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** `seq` up to which nothing is missing. */
  get synced(): number {
    return this.#synced;
  }

  clear(): void {
    this.#entries = [];
    this.#synced = 0;
    this.#generation += 1;
  }

  /** Shows what the person just said, before the server numbers it. */
  place(id: string, text: string): void {
    if (this.#entries.some((entry) => entry.key === id)) return;
    this.#entries = [...this.#entries, { key: id, seq: null, from: "user", text, buttons: [], old: false }];
  }

  /** Takes back what `place` showed. */
  withdraw(id: string): void {
    this.#entries = this.#entries.filter((entry) => entry.key !== id || entry.seq !== null);
  }

  /** Whether the person said something after a message. */
  saidAfter(seq: number): boolean {
    return this.#entries.some((entry) => entry.from === "user" && entry.seq !== null && entry.seq > seq);
  }

  /**
   * Adds a turn's answer, which holds the bot's messages only.
   *
   * @returns false when something else was said in between (another tab, an adviser) and the history must be asked.
   */
  settle(id: string, answer: readonly Message[]): boolean {
    const first = answer[0]?.seq;
    const spoken = this.#entries.find((entry) => entry.key === id && entry.seq === null);
    if (spoken !== undefined && first === this.#synced + 2) {
      this.#replace(spoken, { ...spoken, seq: first - 1 });
      this.#synced = first - 1;
    }
    for (const message of answer) {
      this.#insert(message, false);
      if (message.seq === this.#synced + 1) this.#synced = message.seq;
    }
    this.#sort();
    return answer.length > 0 && answer.every((message) => message.seq <= this.#synced);
  }

  /** Adds everything that was said after `synced`, both sides. */
  merge(messages: readonly Message[], { old = false } = {}): void {
    for (const message of messages) {
      this.#insert(message, old);
      this.#synced = Math.max(this.#synced, message.seq);
    }
    this.#sort();
  }

  /** Whether the entry's buttons can still be pressed: nobody answered them. */
  isOpen(entry: Entry): boolean {
    const index = this.#entries.indexOf(entry);
    return !this.#entries.slice(index + 1).some((later) => later.from === "user");
  }

  #insert(message: Message, old: boolean): void {
    if (this.#entries.some((entry) => entry.seq === message.seq)) return;
    // The server's version of what was typed takes its place: passwords and the like are masked there.
    const spoken = message.from === "user" ? this.#entries.find((entry) => entry.seq === null) : undefined;
    if (spoken !== undefined) this.#replace(spoken, { ...spoken, ...message });
    else this.#entries = [...this.#entries, { ...message, key: `${this.#generation}.${message.seq}`, old }];
  }

  #replace(entry: Entry, by: Entry): void {
    this.#entries = this.#entries.map((other) => (other === entry ? by : other));
  }

  #sort(): void {
    const place = (entry: Entry): number => entry.seq ?? Infinity;
    this.#entries = [...this.#entries].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  }
}
