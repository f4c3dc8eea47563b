/** The life of a conversation: opened, kept over pages, retried, expired, erased. Knows no page element. */

import type { ChatApi, Identity } from "./api";
import { randomId } from "./ids";
import { HELD, Listener } from "./listener";
import type { Answer, Button, Floor, Said } from "./messages";
import { ChatFailure, ONCE } from "./retry";
import type { ChatStore, Pending } from "./store";
import { strings } from "./strings";
import { Timeline } from "./timeline";

/**
 * - `asleep`: nothing was asked of the server since this page was loaded;
 * - `opening`: finding out who speaks, then taking up the known conversation or opening one;
 * - `ready`: the person can speak;
 * - `sending`: a message is on its way;
 * - `stuck`: opening or sending failed, and waits for « Réessayer ».
 */
export type Phase = "asleep" | "opening" | "ready" | "sending" | "stuck";

export interface State {
  readonly phase: Phase;
  /** A try failed and another one follows by itself. */
  readonly retrying: boolean;
  /** What failed, in French; empty when nothing did. */
  readonly trouble: string;
  /** What happened to the previous conversation, in French; empty when nothing did. */
  readonly notice: string;
}

const ASLEEP: State = { phase: "asleep", retrying: false, trouble: "", notice: "" };

export class Conversation {
  readonly timeline = new Timeline();
  #state = ASLEEP;
  #draft = "";
  #floor: Floor = "bot";
  /** Opened or taken up: the timeline is the conversation's. */
  #connected = false;
  /** Attended: the person has the messages before their eyes, or wants to be told of them. */
  #attended = false;
  #checking = false;
  #work = new AbortController();
  readonly #listener = new Listener((signal) => this.#hear(signal));

  constructor(
    private readonly api: ChatApi,
    private readonly store: ChatStore,
    private readonly onChange: () => void,
  ) {}

  get state(): State {
    return this.#state;
  }

  /** A message is stuck, as opposed to an opening. */
  get messageStuck(): boolean {
    return this.#state.phase === "stuck" && this.#connected;
  }

  get erasable(): boolean {
    return this.store.conversation !== null;
  }

  /** An adviser answers the person's next message, and the bot keeps silent. */
  get adviserAnswers(): boolean {
    return this.#floor === "adviser";
  }

  /** An adviser answers, or is to answer: what they say may come at any moment. */
  get adviserAwaited(): boolean {
    return this.#floor === "adviser" || this.#floor === "waiting";
  }

  /** What the person is typing. */
  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text;
    this.store.draft = text;
    this.onChange();
  }

  /** Whether somebody looks: what others say is waited for only then. */
  set attended(value: boolean) {
    this.#attended = value;
    if (value) void this.#listen();
    else this.#listener.stop();
  }

  /** Takes up the known conversation, or opens one. Does nothing once it runs. */
  async start(): Promise<void> {
    if (this.#state.phase === "asleep") await this.#connect();
  }

  /** Shows and does nothing more until the next start: the page goes out of sight and may come back for someone else. */
  sleep(): void {
    this.#begin();
    this.#clear();
    this.#draft = "";
    this.#connected = false;
    this.#set(ASLEEP);
  }

  /** Forgets the conversation if someone else is signed in by now (or nobody any more). */
  async checkIdentity(): Promise<void> {
    const known = this.store.conversation;
    if (known === null || this.#checking || this.#state.phase === "opening") return;
    this.#checking = true;
    try {
      const identity = await this.api.identity(new AbortController().signal, ONCE);
      if (identity.who === known.who || this.store.conversation?.token !== known.token) return;
    } catch (error) {
      // Nothing learnt; the identity is asked again, and insisted upon, before a page shows a kept conversation.
      if (error instanceof ChatFailure) return;
      throw error;
    } finally {
      this.#checking = false;
    }
    this.#begin();
    this.#forget();
    if (this.#state.phase !== "asleep") await this.#connect(strings.changed);
  }

  async say(text: string): Promise<void> {
    if (this.#state.phase === "ready") await this.#speak({ text }, text);
  }

  async choose(button: Button): Promise<void> {
    if (this.#state.phase === "ready") await this.#speak({ choice: button.choice }, button.title);
  }

  /** Tries again what is stuck; a message keeps its id. */
  async retry(): Promise<void> {
    if (this.#state.phase !== "stuck") return;
    if (this.#connected) await this.#deliver();
    else await this.#connect(this.#state.notice);
  }

  /** Gives up a stuck message: typed words go back to the draft. The server may have acted on it; the history tells. */
  async abandon(): Promise<void> {
    const pending = this.store.pending;
    if (!this.messageStuck || pending === null) return;
    this.#takeBack(pending);
    this.#set({ phase: "ready", trouble: "" });
    await this.#catchUp(this.#begin());
    void this.#listen();
  }

  /** Has the server forget the conversation, then opens a new one. */
  async erase(): Promise<void> {
    const known = this.store.conversation;
    if (known === null) return;
    const signal = this.#begin();
    this.#set({ phase: "opening", retrying: false, trouble: "" });
    try {
      await this.api.erase(known.token, signal);
    } catch (error) {
      const failure = this.#failureOf(error, signal);
      if (failure === null) return;
      const ready = this.#connected && this.store.pending === null;
      this.#set({ phase: ready ? "ready" : "stuck", trouble: `${strings.notErased} ${explain(failure)}` });
      void this.#listen();
      return;
    }
    await this.#beginAnew(strings.erased);
  }

  /** The server has forgotten the conversation: so does this page, and opens another one. */
  async #beginAnew(notice: string): Promise<void> {
    this.store.forget();
    this.#clear();
    this.#draft = "";
    await this.#connect(notice);
  }

  async #connect(notice = ""): Promise<void> {
    const signal = this.#begin();
    this.#connected = false;
    this.#set({ phase: "opening", retrying: false, trouble: "", notice });
    try {
      const identity = await this.api.identity(signal);
      const known = this.store.conversation;
      if (known !== null && known.who !== identity.who) {
        this.#forget();
        this.#set({ notice: strings.changed });
      }
      if (!(await this.#takeUp(signal))) await this.#open(identity, signal);
    } catch (error) {
      const failure = this.#failureOf(error, signal);
      if (failure !== null) this.#set({ phase: "stuck", trouble: explain(failure) });
      return;
    }
    this.#connected = true;
    this.#draft ||= this.store.draft;
    this.#set({ phase: "ready" });
    if (this.store.pending !== null) await this.#deliver();
    else void this.#listen();
  }

  /** Shows the known conversation's history; false when there is none, or when it expired. */
  async #takeUp(signal: AbortSignal): Promise<boolean> {
    const known = this.store.conversation;
    if (known === null) return false;
    try {
      const history = await this.api.history(known.token, 0, signal);
      this.#clear();
      this.#hearAll(history, { old: true });
      return true;
    } catch (error) {
      if (!isExpiry(error)) throw error;
      this.#bury();
      return false;
    }
  }

  async #open(identity: Identity, signal: AbortSignal): Promise<void> {
    const opened = await this.api.open(identity, signal);
    this.store.conversation = { token: opened.token, who: identity.who };
    this.#clear();
    this.timeline.merge(opened.messages);
  }

  async #speak(said: Said, label: string): Promise<void> {
    if ("text" in said) this.draft = "";
    this.store.pending = { id: randomId(), said, label, after: this.timeline.synced };
    await this.#deliver();
  }

  async #deliver(): Promise<void> {
    const { conversation: known, pending } = this.store;
    if (known === null || pending === null) return;
    const signal = this.#begin();
    if (!this.timeline.saidAfter(pending.after)) this.timeline.place(pending.id, pending.label);
    this.#set({ phase: "sending", retrying: false, trouble: "" });
    const onWait = (): void => this.#set({ retrying: true });
    try {
      const answer = await this.api.send(known.token, pending.id, pending.said, signal, onWait);
      if (answer.erased) {
        await this.#beginAnew(answer.messages.map(({ text }) => text).join("\n"));
        return;
      }
      this.store.pending = null;
      this.#floor = answer.floor;
      const complete = this.timeline.settle(pending.id, answer.messages);
      this.#set({ phase: "ready", retrying: false });
      if (!complete) await this.#catchUp(signal);
      void this.#listen();
    } catch (error) {
      const failure = this.#failureOf(error, signal);
      if (failure !== null) await this.#undelivered(failure, pending);
    }
  }

  async #undelivered(failure: ChatFailure, pending: Pending): Promise<void> {
    if (failure.kind === "expired") {
      await this.#expire();
    } else if (failure.kind === "refused") {
      this.#takeBack(pending);
      this.#set({ phase: "ready", retrying: false, trouble: explain(failure) });
      void this.#listen();
    } else {
      this.#set({ phase: "stuck", retrying: false, trouble: `${explain(failure)} ${strings.kept}` });
    }
  }

  /** Asks what was said after the last known message. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const known = this.store.conversation;
    if (known === null) return;
    try {
      this.#hearAll(await this.api.history(known.token, this.timeline.synced, signal));
      this.onChange();
    } catch (error) {
      // The gap stays known: the next turn asks again.
      if (this.#failureOf(error, signal)?.kind === "expired") await this.#expire();
    }
  }

  /** Waits for what others say, as long as somebody looks: an adviser may take over at any moment. */
  async #listen(): Promise<void> {
    if (this.#attended && this.#state.phase === "ready") await this.#listener.start();
  }

  async #hear(signal: AbortSignal): Promise<boolean> {
    const known = this.store.conversation;
    if (known === null) throw new ChatFailure("expired");
    const answer = await this.api.history(known.token, this.timeline.synced, signal, HELD);
    // Called off while the answer came: it belongs to a conversation that may be gone.
    if (signal.aborted) return false;
    this.#hearAll(answer);
    this.onChange();
    return answer.messages.length > 0;
  }

  #hearAll({ messages, floor }: Answer, how: { readonly old?: boolean } = {}): void {
    this.timeline.merge(messages, how);
    this.#floor = floor;
  }

  #clear(): void {
    this.timeline.clear();
    this.#floor = "bot";
  }

  async #expire(): Promise<void> {
    this.#bury();
    await this.#connect(this.#state.notice);
  }

  /** The conversation is dead: forgets it, but keeps the words that were typed. */
  #bury(): void {
    const { pending, draft } = this.store;
    const typed = pending !== null && "text" in pending.said ? pending.said.text : "";
    this.store.forget();
    this.#clear();
    this.draft = [typed, this.#draft || draft].filter(Boolean).join("\n");
    this.#set({ notice: this.#draft === "" ? strings.expired : strings.expiredKept });
  }

  /** The conversation is someone else's: has it forgotten on both sides. */
  #forget(): void {
    const known = this.store.conversation;
    this.store.forget();
    this.#clear();
    this.#draft = "";
    if (known === null) return;
    // Its token is lost from here on: should the server be out of reach, its own retention rule forgets the conversation.
    this.api.erase(known.token, new AbortController().signal).catch((error: unknown) => {
      if (!(error instanceof ChatFailure)) throw error;
    });
  }

  #takeBack(pending: Pending): void {
    this.store.pending = null;
    this.timeline.withdraw(pending.id);
    if ("text" in pending.said) this.draft = [pending.said.text, this.#draft].filter(Boolean).join("\n");
  }

  /** Ends what was under way, and gives the signal of what begins. */
  #begin(): AbortSignal {
    this.#work.abort();
    this.#listener.stop();
    this.#work = new AbortController();
    return this.#work.signal;
  }

  /** The failure to report; null when the work was called off. What is no failure of a call is a bug, and thrown on. */
  #failureOf(error: unknown, signal: AbortSignal): ChatFailure | null {
    if (signal.aborted) return null;
    if (error instanceof ChatFailure) return error;
    throw error;
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    this.onChange();
  }
}

function isExpiry(error: unknown): boolean {
  return error instanceof ChatFailure && error.kind === "expired";
}

function explain(failure: ChatFailure): string {
  return failure.detail || strings.failed[failure.kind];
}
