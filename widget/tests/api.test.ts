import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ChatApi } from "../src/api";
import { calm, HASTY, TestServer } from "./server";

const ANONYMOUS = { token: null, who: "" };

let server: TestServer;
let api: ChatApi;

beforeEach(async () => {
  server = await new TestServer().start();
  api = new ChatApi(server.chatUrl, server.identityUrl, HASTY);
});

afterEach(() => server.stop());

/** A server that answers anything, for what the stand-in would never say. */
async function serverThat(listener: RequestListener): Promise<ChatApi> {
  const other = createServer(listener);
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    other.closeAllConnections();
    other.close();
  });
  const origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  return new ChatApi(`${origin}/chat/`, `${origin}/identity`, HASTY);
}

describe("who speaks", () => {
  test("is what the portal says", async () => {
    server.standIn.who = "alice";
    expect(await api.identity(calm())).toEqual({ token: "identity.alice", who: "alice" });
    server.standIn.who = "";
    expect(await api.identity(calm())).toEqual(ANONYMOUS);
  });

  test("is nobody where the page names no portal", async () => {
    expect(await new ChatApi(server.chatUrl, null).identity(calm())).toEqual(ANONYMOUS);
    expect(server.standIn.calls).toEqual([]);
  });
});

describe("a conversation", () => {
  test("is opened with the identity token and greets", async () => {
    const headers: unknown[] = [];
    const other = await serverThat((request, response) => {
      headers.push([request.method, request.url, request.headers.authorization, request.headers.cookie]);
      response
        .writeHead(201)
        .end('{"token": "t", "expires_in": 60, "messages": [{"seq": 1, "from": "bot", "text": "Bonjour"}]}');
    });
    const opened = await other.open({ token: "signed", who: "alice" }, calm());
    expect(opened).toEqual({ token: "t", messages: [{ seq: 1, from: "bot", text: "Bonjour", buttons: [] }] });
    await other.open(ANONYMOUS, calm());
    expect(headers).toEqual([
      ["POST", "/chat/conversations", "Bearer signed", undefined],
      ["POST", "/chat/conversations", undefined, undefined],
    ]);
  });

  test("gives its history, both sides, after a message", async () => {
    const { token } = await api.open(ANONYMOUS, calm());
    await api.send(token, "a", { text: "identifiant perdu ?" }, calm());
    expect((await api.history(token, 0, calm())).messages.map(({ seq, from }) => [seq, from])).toEqual([
      [1, "bot"],
      [2, "user"],
      [3, "bot"],
    ]);
    expect((await api.history(token, 2, calm())).messages.map(({ seq }) => seq)).toEqual([3]);
  });

  test("waits for an adviser when asked to", async () => {
    const { token } = await api.open(ANONYMOUS, calm());
    const waiting = api.history(token, 1, calm(), 5);
    server.standIn.advise(token, "Bonjour");
    expect(await waiting).toMatchObject({ messages: [{ from: "adviser", text: "Bonjour" }] });
  });

  test("says who answers from now on", async () => {
    const { token } = await api.open(ANONYMOUS, calm());
    expect((await api.send(token, "a", { text: "conseiller" }, calm())).floor).toBe("adviser");
    expect((await api.history(token, 0, calm())).floor).toBe("adviser");
    server.standIn.handBack(token);
    expect((await api.history(token, 0, calm())).floor).toBe("bot");
  });

  test("is erased once, and erasing it again is no failure", async () => {
    const { token } = await api.open(ANONYMOUS, calm());
    await api.erase(token, calm());
    await api.erase(token, calm());
    expect(server.standIn.conversations).toEqual([]);
  });
});

describe("a turn", () => {
  let token: string;

  beforeEach(async () => {
    ({ token } = await api.open(ANONYMOUS, calm()));
  });

  test.each(["panne", "occupé", "limite", "coupure"])("gets its answer in spite of: %s", async (fault) => {
    let pauses = 0;
    const answer = await api.send(token, "a", { text: fault }, calm(), () => (pauses += 1));
    expect(answer).toMatchObject({ messages: [{ from: "bot" }] });
    expect(pauses).toBeGreaterThan(0);
    expect(server.standIn.acted).toEqual(["a"]);
  });

  test("waits as long as the server asks", async () => {
    const start = performance.now();
    await api.send(token, "a", { text: "limite" }, calm());
    expect(performance.now() - start).toBeGreaterThanOrEqual(295);
  });

  test.each([
    ["panne durable", "unavailable", "Le service est indisponible : rien n’a été transmis."],
    ["trop tard", "limited", "Trop de messages : revenez dans une heure."],
    ["refus", "refused", "Ce message ne peut pas être lu."],
    ["expire", "expired", "La conversation a expiré."],
  ])("that meets «%s» fails as %s, with the server's words", async (text, kind, detail) => {
    await expect(api.send(token, "a", { text }, calm())).rejects.toMatchObject({ kind, detail });
    expect(server.standIn.acted).toEqual([]);
  });

  test("sends a button's choice back as it is", async () => {
    expect((await api.send(token, "a", { choice: "signed.loyer" }, calm())).messages).toHaveLength(2);
    expect((await api.history(token, 1, calm())).messages[0]).toMatchObject({ from: "user", text: "Déclarer un loyer" });
  });

  test("can be called off", async () => {
    const controller = new AbortController();
    const sending = api.send(token, "a", { text: "panne durable" }, controller.signal, () => controller.abort());
    await expect(sending).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("an answer that is not the chat's", () => {
  test.each([
    ["a proxy's page", "<html>Connectez-vous au réseau</html>"],
    ["nothing", ""],
    ["another shape", '{"messages": [{"text": "sans numéro"}]}'],
    ["an unknown speaker", '{"messages": [{"seq": 1, "from": "system", "text": "x"}]}'],
  ])("counts as a network failure: %s", async (_, body) => {
    const other = await serverThat((_request, response) => response.writeHead(200).end(body));
    await expect(other.history("t", 0, calm())).rejects.toMatchObject({ kind: "network", detail: "" });
  });

  test("is explained without its own words when it is no problem+json", async () => {
    const other = await serverThat((_request, response) => response.writeHead(502).end("<h1>Bad Gateway</h1>"));
    await expect(other.history("t", 0, calm())).rejects.toMatchObject({ kind: "unavailable", detail: "" });
  });

  test("never makes a link that runs a script", async () => {
    const file = { name: "x.pdf", url: "javascript:alert(1)", type: "application/pdf", size: 1 };
    const messages = [
      {
        seq: 1,
        from: "bot",
        text: "x",
        image: "data:text/html,x",
        attachment: file,
        buttons: [{ title: "sans choix" }],
      },
    ];
    const other = await serverThat((_request, response) => response.writeHead(200).end(JSON.stringify({ messages })));
    expect(await other.history("t", 0, calm())).toEqual({
      messages: [{ seq: 1, from: "bot", text: "x", buttons: [] }],
      floor: "bot",
      erased: false,
    });
  });

  test("that never comes is a network failure", async () => {
    const other = await serverThat((request) => request.destroy());
    await expect(other.history("t", 0, calm())).rejects.toMatchObject({ kind: "network" });
  });
});
