/** The chat's HTTP interface, seen from the browser. */

import { isObject, readAnswer, readMessages, type Answer, type Message, type Said } from "./messages";
import { aborted, ChatFailure, ONCE, PATIENT, retryAfter, withRetries, type FailureKind, type RetryPolicy } from "./retry";

/** Milliseconds a call may take before it counts as lost. */
const TIMEOUT = 30_000;

export interface Identity {
  /** Signed by the portal; null for an anonymous visitor. */
  readonly token: string | null;
  /** Opaque and stable for a signed-in person; empty for an anonymous visitor. */
  readonly who: string;
}

export interface Opened {
  readonly token: string;
  readonly messages: Message[];
}

interface Call {
  readonly method?: "POST" | "DELETE";
  readonly bearer?: string | null;
  readonly body?: object;
  readonly credentials?: RequestCredentials;
  readonly timeout?: number;
}

type OnWait = (failure: ChatFailure) => void;
type Read<T> = (answer: unknown, headers: Headers) => T;

/** Every method rejects with a `ChatFailure`, or with an `AbortError` once its signal aborts. */
export class ChatApi {
  readonly #chatUrl: string;

  /**
   * @param chatUrl the channel's prefix, for example `https://chat.example/webhooks/webchat`.
   * @param identityUrl the page's own address that says who is signed in; null: everybody is anonymous.
   */
  constructor(
    chatUrl: string,
    private readonly identityUrl: string | null,
    private readonly policy: RetryPolicy = PATIENT,
  ) {
    this.#chatUrl = chatUrl.replace(/\/+$/, "");
  }

  async identity(signal: AbortSignal, policy = this.policy): Promise<Identity> {
    const url = this.identityUrl;
    if (url === null) return { token: null, who: "" };
    const read = (answer: unknown): Identity => {
      if (!isObject(answer)) throw new TypeError("not an identity");
      const { token, who } = answer;
      return typeof token === "string" && token !== "" ? { token, who: String(who) } : { token: null, who: "" };
    };
    return withRetries(() => call(url, { credentials: "same-origin" }, read, signal), policy, signal);
  }

  /** Opens a conversation, its greeting included. An answer that is lost leaves an empty conversation behind, no more. */
  async open(identity: Identity, signal: AbortSignal): Promise<Opened> {
    const read = (answer: unknown): Opened => {
      if (!isObject(answer) || typeof answer["token"] !== "string") throw new TypeError("no conversation token");
      return { token: answer["token"], messages: readMessages(answer) };
    };
    const request: Call = { method: "POST", bearer: identity.token, body: {} };
    return this.#call("/conversations", request, read, signal);
  }

  /** One turn: what the bot answers. The id makes it safe to try again: the server acts once for an id. */
  async send(token: string, id: string, said: Said, signal: AbortSignal, onWait?: OnWait): Promise<Answer> {
    const request: Call = { method: "POST", bearer: token, body: { id, ...said } };
    return this.#call("/messages", request, readAnswer, signal, { onWait });
  }

  /**
   * What was said after a message, both sides.
   *
   * @param wait seconds that the server may hold the call until something is said; such a call is tried once.
   */
  async history(token: string, after: number, signal: AbortSignal, wait = 0): Promise<Answer> {
    const path = `/messages?after=${after}` + (wait > 0 ? `&wait=${wait}` : "");
    const request: Call = { bearer: token, timeout: TIMEOUT + wait * 1_000 };
    return this.#call(path, request, readAnswer, signal, { policy: wait > 0 ? ONCE : this.policy });
  }

  /** Has the server forget a conversation; one that is gone already counts as forgotten. */
  async erase(token: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#call("/conversations", { method: "DELETE", bearer: token }, () => undefined, signal);
    } catch (error) {
      if (!(error instanceof ChatFailure && error.kind === "expired")) throw error;
    }
  }

  #call<T>(
    path: string,
    request: Call,
    read: Read<T>,
    signal: AbortSignal,
    { onWait, policy = this.policy }: { onWait?: OnWait | undefined; policy?: RetryPolicy } = {},
  ): Promise<T> {
    return withRetries(() => call(this.#chatUrl + path, request, read, signal), policy, signal, onWait);
  }
}

/** One HTTP call, its whole body read within the time allowed. */
async function call<T>(url: string, request: Call, read: Read<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw aborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const timer = setTimeout(stop, request.timeout ?? TIMEOUT);
  signal.addEventListener("abort", stop);
  try {
    const response = await fetch(url, {
      method: request.method ?? "GET",
      headers: headersOf(request),
      credentials: request.credentials ?? "omit",
      cache: "no-store",
      signal: controller.signal,
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    const body = await response.text();
    if (!response.ok) throw failureOf(response, body);
    return read(body === "" ? undefined : JSON.parse(body), response.headers);
  } catch (error) {
    if (signal.aborted) throw aborted();
    if (error instanceof ChatFailure) throw error;
    throw new ChatFailure("network");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function headersOf({ bearer, body }: Call): Record<string, string> {
  return {
    Accept: "application/json",
    ...(body !== undefined && { "Content-Type": "application/json" }),
    ...(bearer && { Authorization: `Bearer ${bearer}` }),
  };
}

function failureOf(response: Response, body: string): ChatFailure {
  return new ChatFailure(kindOf(response.status), detailOf(body), retryAfter(response.headers.get("Retry-After")));
}

function kindOf(status: number): FailureKind {
  switch (status) {
    case 401:
      return "expired";
    case 409:
      return "busy";
    case 429:
      return "limited";
    default:
      return status >= 500 ? "unavailable" : "refused";
  }
}

/** The French `detail` of a problem+json body; empty for any other body. */
function detailOf(body: string): string {
  try {
    const problem: unknown = JSON.parse(body);
    return isObject(problem) && typeof problem["detail"] === "string" ? problem["detail"] : "";
  } catch {
    return "";
  }
}
