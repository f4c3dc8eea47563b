import { describe, expect, test } from "vitest";
import { ChatStore, type TabStorage } from "../src/store";
import { MemoryStorage } from "./server";

const PENDING = { id: "a", said: { text: "bonjour" }, label: "bonjour", after: 3 };

describe("what is kept in a tab", () => {
  test("survives a reload", () => {
    const storage = new MemoryStorage();
    const before = new ChatStore(storage);
    before.conversation = { token: "t", who: "alice" };
    before.pending = PENDING;
    before.draft = "et aussi";
    before.panelOpen = true;
    const after = new ChatStore(storage);
    expect(after.conversation).toEqual({ token: "t", who: "alice" });
    expect(after.pending).toEqual(PENDING);
    expect(after.draft).toBe("et aussi");
    expect(after.panelOpen).toBe(true);
  });

  test("leaves no trace once forgotten, but for the open panel", () => {
    const storage = new MemoryStorage();
    const store = new ChatStore(storage);
    store.conversation = { token: "t", who: "alice" };
    store.pending = PENDING;
    store.draft = "et aussi";
    store.panelOpen = true;
    store.forget();
    expect([...storage.values.keys()]).toEqual(["offre-bailleurs-chat.open"]);
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    '"x"',
    '{"token": 3}',
    '{"said": {}}',
    '{"id":"a","label":"b","after":1,"said":{"x":1}}',
  ])("is ignored when it is not what the widget wrote: %s", (value) => {
    const storage = new MemoryStorage();
    for (const key of ["conversation", "pending"]) storage.setItem(`offre-bailleurs-chat.${key}`, value);
    const store = new ChatStore(storage);
    expect([store.conversation, store.pending]).toEqual([null, null]);
  });
});

describe("without a usable storage", () => {
  const refusing: TabStorage = {
    getItem: () => {
      throw new DOMException("refused", "SecurityError");
    },
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
    removeItem: () => {
      throw new DOMException("refused", "SecurityError");
    },
  };

  test.each([
    ["refused", refusing],
    ["absent", null],
  ] as const)("the page in hand still works (%s)", (_, storage) => {
    const store = new ChatStore(storage);
    expect(store.conversation).toBeNull();
    store.conversation = { token: "t", who: "" };
    store.pending = { ...PENDING, said: { choice: "signed" } };
    expect(store.conversation).toEqual({ token: "t", who: "" });
    expect(store.pending?.said).toEqual({ choice: "signed" });
    store.forget();
    expect(store.conversation).toBeNull();
  });
});
