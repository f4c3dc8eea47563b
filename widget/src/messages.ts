/** The messages of the chat's HTTP interface, and how an answer of the network becomes one. */

export type Speaker = "bot" | "user" | "adviser";

export interface Button {
  readonly title: string;
  /** Opaque, signed by the channel: sent back as it is. */
  readonly choice: string;
}

export interface Attachment {
  readonly name: string;
  readonly url: string;
  /** Media type, for example `application/pdf`. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

export interface Message {
  /** Place in the conversation, growing. */
  readonly seq: number;
  readonly from: Speaker;
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly image?: string;
  readonly attachment?: Attachment;
}

/**
 * Who answers the person's next message:
 *
 * - `bot`, `waiting`: the bot; an adviser is awaited, or not;
 * - `adviser`: a person, and the bot keeps silent;
 * - `returning`: the bot, which has just got the floor back.
 */
export type Floor = "bot" | "waiting" | "adviser" | "returning";

/** What the channel answers: what was said, and who answers from now on. */
export interface Answer {
  readonly messages: Message[];
  readonly floor: Floor;
  /** The conversation was erased with this answer, which is the last thing that is read of it. */
  readonly erased: boolean;
}

/** The body of a turn, without its id: words typed, or a button pressed. */
export type Said = { readonly text: string } | { readonly choice: string };

type Json = Record<string, unknown>;

const FLOORS: readonly unknown[] = ["bot", "waiting", "adviser", "returning"] satisfies Floor[];

/** Who answers when the conversation is no more. */
const NOBODY = "nobody";

/** An answer's messages, see `readMessages`, and its header `Chat-Floor`; a channel without advisers sends none. */
export function readAnswer(answer: unknown, headers: Headers): Answer {
  const floor = headers.get("Chat-Floor");
  return { messages: readMessages(answer), floor: isFloor(floor) ? floor : "bot", erased: floor === NOBODY };
}

/**
 * The messages of an answer `{"messages": […]}`.
 *
 * Addresses other than http(s) are dropped: a link can never run a script.
 *
 * @throws TypeError when the answer has another shape (a proxy's page, for instance).
 */
export function readMessages(answer: unknown): Message[] {
  const messages = isObject(answer) ? answer["messages"] : undefined;
  if (!Array.isArray(messages)) throw new TypeError("no list of messages");
  return messages.map(readMessage);
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readMessage(value: unknown): Message {
  if (!isObject(value) || typeof value["seq"] !== "number" || !isSpeaker(value["from"])) {
    throw new TypeError("not a message");
  }
  const image = webAddress(value["image"]);
  const attachment = readAttachment(value["attachment"]);
  return {
    seq: value["seq"],
    from: value["from"],
    text: textOf(value["text"]),
    buttons: Array.isArray(value["buttons"]) ? value["buttons"].filter(isButton) : [],
    ...(image !== undefined && { image }),
    ...(attachment !== undefined && { attachment }),
  };
}

function readAttachment(value: unknown): Attachment | undefined {
  if (!isObject(value)) return undefined;
  const url = webAddress(value["url"]);
  if (url === undefined) return undefined;
  const size = typeof value["size"] === "number" ? value["size"] : 0;
  return { name: textOf(value["name"]) || url, url, type: textOf(value["type"]), size };
}

function isSpeaker(value: unknown): value is Speaker {
  return value === "bot" || value === "user" || value === "adviser";
}

function isFloor(value: unknown): value is Floor {
  return FLOORS.includes(value);
}

function isButton(value: unknown): value is Button {
  return isObject(value) && typeof value["title"] === "string" && typeof value["choice"] === "string";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function webAddress(value: unknown): string | undefined {
  return typeof value === "string" && /^https?:\/\//i.test(value) ? value : undefined;
}
