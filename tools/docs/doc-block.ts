/** What the comments before a block say of it. */
export interface BlockMarks {
  /** Why it is not run: `<!-- not run: REASON -->`. */
  readonly notRun?: string;
  /** Why its types are checked and it is not run: `<!-- types only: REASON -->`. */
  readonly typesOnly?: string;
  /** The document that it is a part of, if it is no whole one: `<!-- part of: caio.yaml -->`. */
  readonly partOf?: string;
  /** The file that readers write it to, for the blocks after it: `<!-- file: policy.yaml -->`. */
  readonly file?: string;
  /** It goes on until the page ends, and the next block begins when this address answers: `<!-- stays: ADDRESS -->`. */
  readonly stays?: string;
  /** It is what the block before it prints: `<!-- output -->`. An ellipsis stands for anything. */
  readonly output?: true;
}

/** A fenced block of a document. */
export interface DocBlock {
  /** Within the repository. */
  readonly document: string;
  /** Of its first fence, from 1. */
  readonly line: number;
  /** As the fence says; empty if it says none. */
  readonly language: string;
  readonly code: string;
  readonly marks: BlockMarks;
}

const MARK = /^<!--\s*(not run|types only|part of|file|stays|output)\s*(?::\s*(.*?))?\s*-->$/;

/** All fenced blocks of a document. @throws Error for a fence without an end, and for a mark that says nothing or stands before no block */
export function readBlocks(document: string, text: string): readonly DocBlock[] {
  const lines = text.split("\n");
  const blocks: DocBlock[] = [];
  let marks: { readonly key: string; readonly value: string; readonly line: number }[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const [, indent, fence, language = ""] = /^( *)(`{3,})\s*([\w-]*)[^`]*$/.exec(line) ?? [];
    if (indent !== undefined && fence !== undefined) {
      const end = lines.findIndex((other, index) => index > at && other.trim() === fence);
      if (end === -1) throw new Error(`${document}:${String(at + 1)}: this block has no end. Close it with ${fence}.`);
      const code = lines.slice(at + 1, end).map((each) => (each.startsWith(indent) ? each.slice(indent.length) : each));
      blocks.push({ document, line: at + 1, language, code: code.map((each) => `${each}\n`).join(""), marks: marksOf(document, marks) });
      marks = [];
      at = end;
      continue;
    }
    const [, key, value = ""] = MARK.exec(line.trim()) ?? [];
    if (key !== undefined) marks.push({ key, value, line: at + 1 });
    else if (line.trim() !== "" && marks.length > 0) throw new Error(`${document}:${String(marks[0]?.line ?? 0)}: "${marks[0]?.key ?? ""}" stands before no block. Put it on the line above one.`);
  }
  if (marks.length > 0) throw new Error(`${document}:${String(marks[0]?.line ?? 0)}: "${marks[0]?.key ?? ""}" stands before no block. Put it on the line above one.`);
  return blocks;
}

function marksOf(document: string, marks: readonly { readonly key: string; readonly value: string; readonly line: number }[]): BlockMarks {
  const found: { -readonly [K in keyof BlockMarks]: BlockMarks[K] } = {};
  for (const { key, value, line } of marks) {
    if (key !== "output" && value === "") throw new Error(`${document}:${String(line)}: "${key}" says nothing. Write <!-- ${key}: … -->.`);
    if (key === "not run") found.notRun = value;
    else if (key === "types only") found.typesOnly = value;
    else if (key === "part of") found.partOf = value;
    else if (key === "file") found.file = value;
    else if (key === "stays") found.stays = value;
    else found.output = true;
  }
  return found;
}
