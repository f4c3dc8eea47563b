import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ChatApi } from "../src/api";
import { Conversation } from "../src/conversation";
import { ChatStore } from "../src/store";
import { strings } from "../src/strings";
import { HASTY, MemoryStorage, TestServer } from "./server";

let server: TestServer;
let storage: MemoryStorage;
let conversation: Conversation;
let pages: Conversation[];

/** Loads a page: what the tab keeps is all that the new page knows. */
function loadPage(): Conversation {
  conversation?.sleep();
  conversation = new Conversation(
    new ChatApi(server.chatUrl, server.identityUrl, HASTY),
    new ChatStore(storage),
    () => undefined,
  );
  pages.push(conversation);
  return conversation;
}

const waits = (): string[] => server.standIn.calls.filter((call) => call.includes("wait="));
const shown = (): string[] => conversation.timeline.entries.map(({ from, text }) => `${from}: ${text.split("\n")[0]}`);
const GREETING =
  "bot: Bonjour. Je réponds à vos questions sur Mon Compte Partenaire et sur la déclaration du loyer de juillet.";
const LOST = "bot: Je n’ai pas compris. Pouvez-vous le dire autrement ?";

beforeEach(async () => {
  server = await new TestServer().start();
  storage = new MemoryStorage();
  pages = [];
  loadPage();
});

afterEach(async () => {
  for (const page of pages) page.sleep();
  await server.stop();
});

describe("opening the chat", () => {
  test("asks nothing of anybody before it is opened", async () => {
    await conversation.checkIdentity();
    expect(server.standIn.calls).toEqual([]);
  });

  test("asks who speaks, then opens a conversation that greets", async () => {
    await conversation.start();
    await conversation.start();
    expect(server.standIn.calls).toEqual(["GET /identity", "POST /conversations"]);
    expect(shown()).toEqual([GREETING]);
    expect(conversation.state.phase).toBe("ready");
  });

  test("that fails says so, and works once the person tries again", async () => {
    server.standIn.down = true;
    await conversation.start();
    expect(conversation.state).toMatchObject({ phase: "stuck", trouble: "Le service est indisponible." });
    expect(conversation.messageStuck).toBe(false);
    server.standIn.down = false;
    await conversation.retry();
    expect(conversation.state).toMatchObject({ phase: "ready", trouble: "" });
  });
});

describe("a reload", () => {
  test("shows the conversation as it was, as old news", async () => {
    await conversation.start();
    await conversation.say("abc");
    const before = shown();
    await loadPage().start();
    expect(shown()).toEqual(before);
    expect(conversation.timeline.entries.every((entry) => entry.old)).toBe(true);
    expect(server.standIn.conversations).toHaveLength(1);
  });

  test("keeps the text being typed", async () => {
    await conversation.start();
    conversation.draft = "je voudrais";
    await loadPage().start();
    expect(conversation.draft).toBe("je voudrais");
  });

  test("in the middle of a turn gets the answer, and nothing is done twice", async () => {
    await conversation.start();
    void conversation.say("lent");
    await vi.waitUntil(() => server.standIn.calls.includes("POST /messages"));
    await loadPage().start();
    expect(shown()).toEqual([GREETING, "user: lent", LOST]);
    expect(server.standIn.acted).toHaveLength(1);
    expect(conversation.state.phase).toBe("ready");
    await loadPage().start();
    expect(shown()).toEqual([GREETING, "user: lent", LOST]);
  });

  test("after an answer that was lost shows the turn once", async () => {
    await conversation.start();
    const store = new ChatStore(storage);
    await conversation.say("abc");
    // As if the page had gone before it saw the answer.
    store.pending = { id: server.standIn.acted[0]!, said: { text: "abc" }, label: "abc", after: 1 };
    await loadPage().start();
    expect(shown()).toEqual([GREETING, "user: abc", LOST]);
    expect(server.standIn.acted).toHaveLength(1);
  });

  test("with a message that is stuck tries it again, with the same id", async () => {
    await conversation.start();
    await conversation.say("panne longue");
    expect(conversation.state.phase).toBe("stuck");
    const { id } = new ChatStore(storage).pending!;
    await loadPage().start();
    expect(conversation.state.phase).toBe("ready");
    expect(server.standIn.acted).toEqual([id]);
  });
});

describe("a message that fails", () => {
  beforeEach(() => conversation.start());

  test("stays in sight with the server's reason, and « Réessayer » sends the same id", async () => {
    await conversation.say("panne longue");
    expect(conversation.state.phase).toBe("stuck");
    expect(conversation.state.trouble).toContain("rien n’a été transmis");
    expect(conversation.state.trouble).toContain(strings.kept);
    expect(shown().at(-1)).toBe("user: panne longue");
    const { id } = new ChatStore(storage).pending!;
    await conversation.retry();
    expect(server.standIn.acted).toEqual([id]);
    expect(conversation.state).toMatchObject({ phase: "ready", trouble: "" });
    expect(new ChatStore(storage).pending).toBeNull();
  });

  test("lets nothing else be said before it", async () => {
    await conversation.say("panne durable");
    await conversation.say("abc");
    await conversation.choose({ title: "Oui", choice: "signed.loyer" });
    expect(server.standIn.acted).toEqual([]);
  });

  test("can be given up: its words go back where they were typed", async () => {
    await conversation.say("panne durable");
    conversation.draft = "autre chose";
    await conversation.abandon();
    expect(conversation.draft).toBe("panne durable\nautre chose");
    expect(shown()).toEqual([GREETING]);
    await conversation.say("abc");
    expect(shown().at(-1)).toBe(LOST);
  });

  test("for good goes back to the draft with the reason", async () => {
    await conversation.say("refus");
    expect(conversation.state).toMatchObject({ phase: "ready", trouble: "Ce message ne peut pas être lu." });
    expect(conversation.draft).toBe("refus");
    expect(shown()).toEqual([GREETING]);
  });
});

describe("an expired conversation", () => {
  test("gives way to a new one, and the words typed are kept", async () => {
    await conversation.start();
    await conversation.say("expire");
    expect(conversation.state).toMatchObject({ phase: "ready", notice: strings.expiredKept });
    expect(conversation.draft).toBe("expire");
    expect(shown()).toEqual([GREETING]);
    expect(server.standIn.conversations).toEqual(["conversation-2"]);
  });

  test("found at a reload gives way too", async () => {
    await conversation.start();
    server.standIn.expire("conversation-1");
    await loadPage().start();
    expect(conversation.state).toMatchObject({ phase: "ready", notice: strings.expired });
    expect(shown()).toEqual([GREETING]);
  });
});

describe("when someone else is signed in", () => {
  const others = ["", "bob"];

  beforeEach(async () => {
    server.standIn.who = "alice";
    await conversation.start();
    await conversation.say("bonjour");
    conversation.draft = "un secret";
  });

  test.each(others)("the next page shows nothing of the conversation and has it erased (now «%s»)", async (who) => {
    server.standIn.who = who;
    await loadPage().start();
    expect(shown()).toEqual([GREETING]);
    expect(conversation.draft).toBe("");
    expect(conversation.state.notice).toBe(strings.changed);
    await vi.waitUntil(() => server.standIn.conversations.join() === "conversation-2");
    expect(JSON.stringify([...storage.values])).not.toMatch(/secret|conversation-1|alice/);
  });

  test.each(others)("a page that is looked at again shows nothing of it either (now «%s»)", async (who) => {
    server.standIn.who = who;
    await conversation.checkIdentity();
    expect(shown()).toEqual([GREETING]);
    await vi.waitUntil(() => server.standIn.conversations.join() === "conversation-2");
  });

  test("a page with a closed panel erases it without opening another one", async () => {
    server.standIn.who = "";
    await loadPage().checkIdentity();
    await vi.waitUntil(() => server.standIn.conversations.length === 0);
    expect([...storage.values]).toEqual([]);
  });

  test("a message on its way is not sent for them", async () => {
    void conversation.say("très lent");
    await vi.waitUntil(() => server.standIn.calls.filter((call) => call === "POST /messages").length === 2);
    server.standIn.who = "bob";
    await loadPage().start();
    expect(new ChatStore(storage).pending).toBeNull();
    expect(shown()).toEqual([GREETING]);
  });

  test("a page that goes out of sight keeps nothing to show", () => {
    conversation.sleep();
    expect([shown(), conversation.draft]).toEqual([[], ""]);
  });

  test("nothing is shown while the portal cannot say who speaks", async () => {
    server.standIn.portalDown = true;
    await loadPage().start();
    expect([shown(), conversation.draft, conversation.state.phase]).toEqual([[], "", "stuck"]);
    server.standIn.portalDown = false;
    await conversation.retry();
    expect(conversation.draft).toBe("un secret");
    expect(shown()).toHaveLength(3);
  });
});

test("the same person finds their conversation on the next page", async () => {
  server.standIn.who = "alice";
  await conversation.start();
  await conversation.say("abc");
  await loadPage().start();
  expect(shown()).toEqual([GREETING, "user: abc", LOST]);
});

describe("erasing", () => {
  test("has the server forget, and greets anew", async () => {
    await conversation.start();
    await conversation.say("abc");
    await conversation.erase();
    expect(server.standIn.conversations).toEqual(["conversation-2"]);
    expect(shown()).toEqual([GREETING]);
    expect(conversation.state.notice).toBe(strings.erased);
  });

  test("said by the bot, shows that it is done, forgets all of it here and greets anew", async () => {
    await conversation.start();
    await conversation.say("abc");
    conversation.draft = "encore";
    await conversation.say("efface tout");
    expect(server.standIn.conversations).toEqual(["conversation-2"]);
    expect(shown()).toEqual([GREETING]);
    expect(conversation.state.notice).toBe("C’est fait : cette conversation est effacée.");
    expect([conversation.draft, conversation.state.phase]).toEqual(["", "ready"]);
    expect(JSON.stringify([...storage.values])).not.toMatch(/abc|encore|conversation-1/);
  });

  test("whose answer is lost ends in a new conversation all the same", async () => {
    await conversation.start();
    await conversation.say("efface, coupure");
    expect(server.standIn.conversations).toEqual(["conversation-2"]);
    expect(shown()).toEqual([GREETING]);
  });

  test("that fails keeps the conversation and says so", async () => {
    await conversation.start();
    server.standIn.down = true;
    await conversation.erase();
    expect(conversation.state.phase).toBe("ready");
    expect(conversation.state.trouble).toContain(strings.notErased);
    expect(shown()).toEqual([GREETING]);
  });

  test("also ends a message that is stuck", async () => {
    await conversation.start();
    await conversation.say("panne durable");
    await conversation.erase();
    expect(conversation.state).toMatchObject({ phase: "ready", trouble: "" });
    expect(new ChatStore(storage).pending).toBeNull();
  });
});

describe("what others say", () => {
  test("in another tab is shown with the next turn, in order", async () => {
    await conversation.start();
    server.standIn.speak("conversation-1", "ailleurs");
    await conversation.say("abc");
    expect(shown()).toEqual([GREETING, "user: ailleurs", "bot: Réponse à ailleurs", "user: abc", LOST]);
  });

  test("an adviser's words come by themselves while somebody looks", async () => {
    await conversation.start();
    conversation.attended = true;
    await conversation.say("conseiller");
    expect(shown().at(-1)).toContain("adviser: Bonjour");
    server.standIn.advise("conversation-1", "C’est réglé.");
    await vi.waitUntil(() => shown().at(-1) === "adviser: C’est réglé.", 5_000);
  });

  test("an adviser's first words come by themselves too", async () => {
    conversation.attended = true;
    await conversation.start();
    server.standIn.advise("conversation-1", "Bonjour, je suis conseillère.");
    await vi.waitUntil(() => shown().at(-1) === "adviser: Bonjour, je suis conseillère.", 5_000);
  });

  test("nothing is waited for while nobody looks", async () => {
    await conversation.start();
    await conversation.say("conseiller");
    expect(waits()).toEqual([]);
    conversation.attended = true;
    await vi.waitUntil(() => waits().length > 0);
    conversation.attended = false;
    await conversation.say("abc");
    expect(waits()).toHaveLength(1);
  });

  test("is waited for again once the server is back", async () => {
    server.standIn.down = true;
    conversation.attended = true;
    await conversation.start();
    server.standIn.down = false;
    await conversation.retry();
    await vi.waitUntil(() => waits().length === 1);
    server.standIn.down = true;
    server.standIn.advise("conversation-1", "La première.");
    await vi.waitUntil(() => waits().length === 2, 5_000);
    server.standIn.down = false;
    server.standIn.advise("conversation-1", "La seconde.");
    await vi.waitUntil(() => shown().at(-1) === "adviser: La seconde.", 5_000);
    expect(shown().slice(-2)).toEqual(["adviser: La première.", "adviser: La seconde."]);
  });

  test("is no longer waited for once the conversation is gone", async () => {
    conversation.attended = true;
    await conversation.start();
    await vi.waitUntil(() => waits().length === 1);
    server.standIn.advise("conversation-1", "Au revoir.");
    server.standIn.expire("conversation-1");
    await vi.waitUntil(() => waits().length === 2);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(waits()).toHaveLength(2);
  });
});

describe("while an adviser answers", () => {
  beforeEach(async () => {
    conversation.attended = true;
    await conversation.start();
    await conversation.say("conseiller");
  });

  test("the page knows it, until the bot has the floor again", async () => {
    expect(conversation.adviserAnswers).toBe(true);
    expect(conversation.adviserAwaited).toBe(true);
    server.standIn.handBack("conversation-1");
    await vi.waitUntil(() => shown().at(-1) === "bot: Le conseiller a terminé.", 5_000);
    expect(conversation.adviserAnswers).toBe(false);
    expect(conversation.adviserAwaited).toBe(false);
  });

  test("what the person says is kept, though nobody answers at once", async () => {
    await conversation.say("merci");
    await conversation.say("au revoir");
    expect(shown().slice(-2)).toEqual(["user: merci", "user: au revoir"]);
    expect(conversation.timeline.entries.every((entry) => entry.seq !== null)).toBe(true);
    expect(conversation.state).toMatchObject({ phase: "ready", trouble: "" });
  });

  test("a reload shows everything, and who answers", async () => {
    await conversation.say("merci");
    const before = shown();
    await loadPage().start();
    expect(shown()).toEqual(before);
    expect(conversation.adviserAnswers).toBe(true);
  });

  test("erasing the conversation ends their part", async () => {
    await conversation.erase();
    expect(conversation.adviserAnswers).toBe(false);
  });
});
