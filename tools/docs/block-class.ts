import type { DocBlock } from "./doc-block.ts";

/** What is done with a block. */
export type BlockClass =
  /** Run, one after another, in one shell for each page. */
  | "run"
  /** Its types are checked; it is run as well unless it is marked. */
  | "type-checked"
  /** Held against what the formats take: by `caio validate`, or parsed where the format is not ours. */
  | "validated"
  /** Held against what the block before it prints. */
  | "compared"
  /** Marked, with a reason. */
  | "not run";

/** What is done with a block, or what is wrong with how it is marked. */
export function classOf({ language, marks }: DocBlock): BlockClass | { readonly wrong: string } {
  if (marks.notRun !== undefined) return "not run";
  if (marks.output === true) return language === "text" || language === "" ? "compared" : { wrong: `is marked as output, and is ${language}. Output is text.` };
  switch (language) {
    case "sh":
      return "run";
    case "ts":
      return marks.typesOnly === undefined ? "run" : "type-checked";
    case "yaml":
    case "json":
      return "validated";
    case "":
      return { wrong: "names no language. Write sh, ts, yaml, json or text behind the fence." };
    default:
      return { wrong: `is ${language}, which nothing here runs. Mark it: <!-- not run: REASON -->, or as what the block before it prints: <!-- output -->.` };
  }
}

/** What is wrong with how blocks are marked. */
export function markProblems(blocks: readonly DocBlock[]): readonly string[] {
  return blocks.flatMap((block) => {
    const kind = classOf(block);
    return typeof kind === "string" ? [] : [`${block.document}:${String(block.line)}: ${kind.wrong}`];
  });
}
