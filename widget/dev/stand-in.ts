/**
 * A stand-in for the chat channel and the portal, for development and for the widget's own tests only.
 *
 * It speaks the same HTTP interface with scripted answers, keeps everything in memory, and breaks down on request:
 * the words of SCRIPT and FAULTS say how. It knows nothing of landlords, and checks no signature.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Floor, Message } from "../src/messages";

type Written = Omit<Message, "seq" | "buttons"> & { buttons?: Message["buttons"] };

interface StandInConversation {
  readonly messages: Message[];
  /** Answers by client id: the same id never acts twice. */
  readonly turns: Map<string, Message[]>;
  /** Tries by client id, for the faults that pass. */
  readonly tries: Map<string, number>;
  busy: boolean;
  floor: Floor;
}

const PDF = {
  name: "recapitulatif-2026-martin.pdf",
  url: "http://127.0.0.1:18200/dev/recap.pdf",
  type: "application/pdf",
  size: 31_744,
};
const IMAGE = "http://127.0.0.1:18200/dev/quittance.svg";

const GREETING: Written = {
  from: "bot",
  text:
    "Bonjour. Je réponds à vos questions sur Mon Compte Partenaire et sur la déclaration du loyer de juillet.\n" +
    "Que souhaitez-vous faire ?",
  buttons: [
    { title: "Déclarer un loyer", choice: "signed.loyer" },
    { title: "Identifiant perdu", choice: "signed.identifiant" },
    { title: "Autre question", choice: "signed.autre" },
  ],
};

/** What the stand-in answers to a word, at the end of the list to anything. */
const SCRIPT: readonly [RegExp, readonly Written[]][] = [
  [
    /loyer/i,
    [
      {
        from: "bot",
        text: [
          "Pour déclarer le loyer de juillet :",
          "1. Ouvrez « Déclarer un loyer » : la liste de vos locataires s’affiche, avec l’état de chaque déclaration.",
          "2. Choisissez un locataire.",
          "3. Confirmez sa situation, puis indiquez le loyer.",
          "",
          "À savoir :",
          "• rien n’est transmis avant « Valider » ;",
          "• gardez le récapitulatif.",
        ].join("\n"),
      },
      {
        from: "bot",
        text: "Pour quel locataire souhaitez-vous déclarer ?",
        buttons: [
          { title: "Mme Martin, 12 rue des Lilas, Rennes", choice: "signed.martin" },
          { title: "M. Le Goff, 3 place du Marché, Fougères", choice: "signed.legoff" },
        ],
      },
    ],
  ],
  [
    /pdf|martin/i,
    [{ from: "bot", text: "Votre déclaration est transmise. Voici le récapitulatif :", attachment: PDF }],
  ],
  [/image/i, [{ from: "bot", text: "Le N° utilisateur est en haut de la quittance, à droite.", image: IMAGE }]],
  [/html/i, [{ from: "bot", text: "<b>gras</b> <img src=x onerror=alert(1)> reste du texte & rien d’autre" }]],
  [/masque/i, [{ from: "bot", text: "J’ai masqué votre mot de passe : ne le donnez jamais ici." }]],
  [
    /long/i,
    [{ from: "bot", text: Array.from({ length: 40 }, (_, n) => `Ligne ${n + 1} d’une longue réponse.`).join("\n") }],
  ],
  [/conseiller/i, [{ from: "adviser", text: "Bonjour, je suis conseillère. Je regarde votre dossier." }]],
  [/efface/i, [{ from: "bot", text: "C’est fait : cette conversation est effacée." }]],
  [/muet/i, []],
  [/./s, [{ from: "bot", text: "Je n’ai pas compris. Pouvez-vous le dire autrement ?" }]],
];

interface Fault {
  readonly status: number;
  readonly detail: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** How many tries of an id fail before one goes through. */
  readonly times: number;
}

const FAULTS: readonly [RegExp, Fault][] = [
  [/panne durable/i, { status: 503, detail: "Le service est indisponible : rien n’a été transmis.", times: Infinity }],
  [/panne longue/i, { status: 503, detail: "Le service est indisponible : rien n’a été transmis.", times: 6 }],
  [/panne/i, { status: 503, detail: "Le service est indisponible : rien n’a été transmis.", times: 2 }],
  [/occupé/i, { status: 409, detail: "Une réponse est en préparation.", retryAfter: 0.05, times: 7 }],
  [/limite/i, { status: 429, detail: "Trop de messages : patientez.", retryAfter: 0.3, times: 1 }],
  [/trop tard/i, { status: 429, detail: "Trop de messages : revenez dans une heure.", retryAfter: 3_600, times: 1 }],
  [/refus/i, { status: 400, detail: "Ce message ne peut pas être lu.", times: Infinity }],
];

export class StandIn {
  readonly #conversations = new Map<string, StandInConversation>();
  /** Calls received, in order: "POST /messages", … */
  readonly calls: string[] = [];
  /** Turns acted on, by client id. */
  readonly acted: string[] = [];
  /** Who is signed in at the portal; empty: nobody. */
  who = "";
  /** Answers every call of the chat with 503. */
  down = false;
  /** The same for the portal. */
  portalDown = false;
  #opened = 0;

  get conversations(): readonly string[] {
    return [...this.#conversations.keys()];
  }

  /** What an adviser writes in a conversation, out of the blue. */
  advise(token: string, text: string): void {
    this.#append(this.#conversations.get(token)!, { from: "adviser", text });
  }

  /** An adviser gives the floor back: the bot has a word to say about it. */
  handBack(token: string): void {
    const conversation = this.#conversations.get(token)!;
    conversation.floor = "bot";
    this.#append(conversation, { from: "bot", text: "Le conseiller a terminé." });
  }

  /** Another tab's turn. */
  speak(token: string, text: string): void {
    const conversation = this.#conversations.get(token)!;
    this.#append(conversation, { from: "user", text });
    this.#append(conversation, { from: "bot", text: `Réponse à ${text}` });
  }

  /** Lets a conversation's token die. */
  expire(token: string): void {
    this.#conversations.delete(token);
  }

  /** GET of the portal: who is signed in. */
  identity(response: ServerResponse): void {
    this.calls.push("GET /identity");
    if (this.portalDown) return problem(response, 503, "");
    json(response, 200, this.who === "" ? { token: null, who: "" } : { token: `identity.${this.who}`, who: this.who });
  }

  /** A call of the chat, `path` without its prefix. */
  async chat(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    this.calls.push(`${request.method} ${path}`);
    if (this.down) return problem(response, 503, "Le service est indisponible.");
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (request.method === "POST" && path === "/conversations") return this.#open(response);
    const conversation = this.#conversations.get(token);
    if (conversation === undefined) return problem(response, 401, "La conversation n’existe plus.");
    if (request.method === "DELETE") {
      this.#conversations.delete(token);
      response.writeHead(204).end();
      return;
    }
    if (request.method === "POST") return this.#turn(conversation, token, JSON.parse(await bodyOf(request)), response);
    return this.#history(conversation, new URL(path, "http://stand-in").searchParams, request, response);
  }

  #open(response: ServerResponse): void {
    const conversation: StandInConversation = { messages: [], turns: new Map(), tries: new Map(), busy: false, floor: "bot" };
    const token = `conversation-${++this.#opened}`;
    this.#conversations.set(token, conversation);
    json(response, 201, { token, expires_in: 3_600, messages: [this.#append(conversation, GREETING)] });
  }

  async #turn(
    conversation: StandInConversation,
    token: string,
    body: { id: string; text?: string; choice?: string },
    response: ServerResponse,
  ): Promise<void> {
    const words = body.text ?? body.choice ?? "";
    const tries = (conversation.tries.get(body.id) ?? 0) + 1;
    conversation.tries.set(body.id, tries);
    const fault = FAULTS.find(([pattern]) => pattern.test(words))?.[1];
    if (fault !== undefined && tries <= fault.times)
      return problem(response, fault.status, fault.detail, fault.retryAfter);
    if (/expire/i.test(words)) {
      this.expire(token);
      return problem(response, 401, "La conversation a expiré.");
    }
    if (conversation.busy) return problem(response, 409, "Une réponse est en préparation.", 0.1);
    const known = conversation.turns.get(body.id);
    if (known !== undefined) return said(response, known, conversation.floor);
    conversation.busy = true;
    if (/lent/i.test(words)) await new Promise((resolve) => setTimeout(resolve, /très lent/i.test(words) ? 4_000 : 300));
    const answer = this.#act(conversation, body);
    conversation.busy = false;
    const erased = /efface/i.test(words);
    if (erased) this.expire(token);
    if (/coupure/i.test(words) && tries === 1) {
      // Acted, but the answer is lost on its way.
      response.destroy();
      return;
    }
    said(response, answer, erased ? "nobody" : conversation.floor);
  }

  #act(conversation: StandInConversation, body: { id: string; text?: string; choice?: string }): Message[] {
    this.acted.push(body.id);
    const pressed = conversation.messages
      .flatMap((message) => message.buttons)
      .find(({ choice }) => choice === body.choice);
    const said = pressed?.title ?? (body.text ?? "").replace(/masque\S* \S+/i, "masque ******");
    this.#append(conversation, { from: "user", text: said });
    // While an adviser answers, the bot keeps silent.
    const answers = conversation.floor === "adviser" ? [] : SCRIPT.find(([words]) => words.test(said))![1];
    if (/conseiller/i.test(said)) conversation.floor = "adviser";
    const written = answers.map((answer) => this.#append(conversation, answer));
    // The interface gives the bot's messages only; an adviser's come with the history.
    const messages = written.filter((message) => message.from === "bot");
    conversation.turns.set(body.id, messages);
    return messages;
  }

  async #history(
    conversation: StandInConversation,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const after = Number(query.get("after"));
    const deadline = Date.now() + Number(query.get("wait") ?? 0) * 1_000;
    const news = (): Message[] => conversation.messages.filter((message) => message.seq > after);
    while (news().length === 0 && Date.now() < deadline && !request.destroyed) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    said(response, news(), conversation.floor);
  }

  #append(conversation: StandInConversation, written: Written): Message {
    const message: Message = { buttons: [], ...written, seq: conversation.messages.length + 1 };
    conversation.messages.push(message);
    return message;
  }
}

function said(response: ServerResponse, messages: readonly Message[], floor: Floor | "nobody"): void {
  json(response, 200, { messages }, { "Chat-Floor": floor });
}

function json(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers });
  response.end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, detail: string, retryAfter?: number): void {
  response.writeHead(status, {
    "Content-Type": "application/problem+json",
    ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
  });
  response.end(JSON.stringify({ status, detail }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
