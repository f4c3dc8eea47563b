import { describe, expect, test } from "vitest";
import { fileSize, fileType, strings } from "../src/strings";
import { blocksOf, countCharacters } from "../src/text";

describe("a message's text", () => {
  test("becomes paragraphs and lists, marks kept as text", () => {
    expect(blocksOf("À savoir :\n• un ;\n• deux.\n\nEnsuite\nla suite\n1. premier\n2. second")).toEqual([
      { kind: "paragraph", lines: ["À savoir :"] },
      {
        kind: "list",
        items: [
          { mark: "•", text: "un ;" },
          { mark: "•", text: "deux." },
        ],
      },
      { kind: "paragraph", lines: ["Ensuite", "la suite"] },
      {
        kind: "list",
        items: [
          { mark: "1.", text: "premier" },
          { mark: "2.", text: "second" },
        ],
      },
    ]);
  });

  test.each(["2026. Une année", "-5 degrés", "1.234,56 €", "•collé", "1."])(
    "is no list when it only looks like one: %s",
    (text) => {
      expect(blocksOf(text)).toEqual([{ kind: "paragraph", lines: [text] }]);
    },
  );

  test("may be empty", () => expect(blocksOf(" \n\n ")).toEqual([]));

  test("accepts line ends of Windows", () => {
    expect(blocksOf("un\r\ndeux\r\n\r\ntrois")).toEqual([
      { kind: "paragraph", lines: ["un", "deux"] },
      { kind: "paragraph", lines: ["trois"] },
    ]);
  });

  test("is counted in characters, as the server counts", () => expect(countCharacters("é👍🏽")).toBe(3));
});

describe("a file", () => {
  test.each([
    ["application/pdf", "recap.pdf", "PDF"],
    ["application/octet-stream", "recap.csv", "CSV"],
    ["", "sans-extension", "fichier"],
  ])("of type %s named %s is a %s", (type, name, shown) => expect(fileType(type, name)).toBe(shown));

  test.each([
    [1, "1\u00a0octet"],
    [812, "812\u00a0octets"],
    [31_744, "31\u00a0Ko"],
    [1_300_000, "1,2\u00a0Mo"],
  ])("of %i bytes weighs %s", (bytes, shown) => expect(fileSize(bytes)).toBe(shown));
});

describe("French typography", () => {
  const texts = Object.values({
    ...strings,
    ...strings.failed,
    long: strings.tooLong(1_000),
    over: strings.charactersOver(23),
  });

  test("holds high punctuation and quotes with no-break spaces, and has no straight apostrophe", () => {
    const sentences = texts.filter((text): text is string => typeof text === "string");
    expect(sentences.length).toBeGreaterThan(30);
    for (const text of sentences) expect(text).not.toMatch(/ [:;?!»]|« |'/);
  });

  test("counts characters", () => {
    expect(strings.charactersLeft(87)).toBe("Encore 87\u00a0caractères");
    expect(strings.charactersLeft(1)).toBe("Encore 1\u00a0caractère");
    expect(strings.charactersOver(23)).toBe("23\u00a0caractères en trop");
  });
});
