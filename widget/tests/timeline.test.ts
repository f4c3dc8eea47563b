import { beforeEach, describe, expect, test } from "vitest";
import type { Message, Speaker } from "../src/messages";
import { Timeline } from "../src/timeline";

const message = (seq: number, from: Speaker, text = `${from} ${seq}`): Message => ({ seq, from, text, buttons: [] });

let timeline: Timeline;
const texts = (): string[] => timeline.entries.map((entry) => entry.text);

beforeEach(() => {
  timeline = new Timeline();
  timeline.merge([message(1, "bot")]);
});

describe("a turn", () => {
  test("shows what was typed at once, then the answer", () => {
    timeline.place("a", "bonjour");
    expect(texts()).toEqual(["bot 1", "bonjour"]);
    expect(timeline.settle("a", [message(3, "bot"), message(4, "bot")])).toBe(true);
    expect(texts()).toEqual(["bot 1", "bonjour", "bot 3", "bot 4"]);
    expect(timeline.synced).toBe(4);
  });

  test("keeps the key of what was typed, so that it is drawn and announced once", () => {
    timeline.place("a", "bonjour");
    timeline.settle("a", [message(3, "bot")]);
    expect(timeline.entries[1]).toMatchObject({ key: "a", seq: 2 });
  });

  test("answered twice is shown once", () => {
    timeline.place("a", "bonjour");
    timeline.settle("a", [message(3, "bot")]);
    expect(timeline.settle("a", [message(3, "bot")])).toBe(true);
    expect(texts()).toEqual(["bot 1", "bonjour", "bot 3"]);
  });

  test("that follows something unknown asks for the history, and then stands in order", () => {
    timeline.place("a", "bonjour");
    expect(timeline.settle("a", [message(6, "bot")])).toBe(false);
    expect(timeline.synced).toBe(1);
    timeline.merge(
      [2, 4]
        .map((seq) => message(seq, "user"))
        .concat(
          [3, 6].map((seq) => message(seq, "bot")),
          message(5, "adviser"),
        ),
    );
    expect(timeline.entries.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(timeline.synced).toBe(6);
  });

  test("that the bot leaves without an answer asks for the history", () => {
    timeline.place("a", "bonjour");
    expect(timeline.settle("a", [])).toBe(false);
  });

  test("that fails takes back what it showed", () => {
    timeline.place("a", "bonjour");
    timeline.withdraw("a");
    expect(texts()).toEqual(["bot 1"]);
  });
});

test("the server's version of what was typed takes its place: secrets are masked there", () => {
  timeline.place("a", "mon mot de passe est azerty");
  timeline.merge([message(2, "user", "mon mot de passe est ******")]);
  expect(timeline.entries[1]).toMatchObject({ key: "a", text: "mon mot de passe est ******" });
});

test("only what was said before the page was loaded is old", () => {
  timeline.merge([message(2, "user"), message(3, "bot")], { old: true });
  timeline.merge([message(4, "adviser")]);
  expect(timeline.entries.map((entry) => entry.old)).toEqual([false, true, true, false]);
});

test("buttons stay open until the person says something", () => {
  timeline.merge([message(2, "adviser")]);
  expect(timeline.entries.map((entry) => timeline.isOpen(entry))).toEqual([true, true]);
  timeline.place("a", "oui");
  expect(timeline.isOpen(timeline.entries[0]!)).toBe(false);
});

test("another conversation's first message is another entry", () => {
  const { key } = timeline.entries[0]!;
  timeline.clear();
  timeline.merge([message(1, "bot")]);
  expect(timeline.entries[0]!.key).not.toBe(key);
});
