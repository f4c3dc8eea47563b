/** A message's plain text, cut into what a reader sees: paragraphs and lists. Nothing of it is ever read as HTML. */

export type Block =
  | { readonly kind: "paragraph"; readonly lines: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly Item[] };

export interface Item {
  /** "•", "1.": still text, so that it is copied, searched and read like the rest. */
  readonly mark: string;
  readonly text: string;
}

const ITEM = /^([•\-–]|\d{1,2}[.)])\s+(\S.*)/;

/** Lines that begin with "• ", "- " or "1. " make a list; an empty line ends a block. */
export function blocksOf(text: string): Block[] {
  return text
    .split(/\n\s*\n/)
    .flatMap((part) =>
      runsOf(
        part
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean),
      ),
    )
    .map((run) => (isItem(run[0]!) ? { kind: "list", items: run.map(itemOf) } : { kind: "paragraph", lines: run }));
}

/** Lines that follow one another and are of one kind, put together. */
function runsOf(lines: readonly string[]): string[][] {
  const runs: string[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run !== undefined && isItem(run[0]!) === isItem(line)) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

function itemOf(line: string): Item {
  const [, mark = "", text = ""] = ITEM.exec(line) ?? [];
  return { mark, text };
}

function isItem(line: string): boolean {
  return ITEM.test(line);
}

/** Characters as the server counts them (code points, not UTF-16 units). */
export function countCharacters(text: string): number {
  return [...text].length;
}
