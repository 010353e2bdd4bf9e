import { classOf, markProblems, type BlockClass } from "./block-class.ts";
import { checkoutGuard } from "./checkout-guard.ts";
import { coveredDocuments } from "./covered-documents.ts";
import type { DocBlock } from "./doc-block.ts";
import { packCommand } from "./packed-command.ts";
import { runPage, type PageRun } from "./run-page.ts";
import { typeProblems } from "./type-check.ts";
import { documentProblems } from "./validate-blocks.ts";

/** What came of all blocks. */
export interface BlocksReport {
  readonly problems: readonly string[];
  readonly pages: readonly PageRun[];
  /** What this machine cannot run, and why. */
  readonly left: readonly string[];
  /** Numbers by class, in one line. */
  readonly summary: string;
}

/** Holds every block to its word. @param only - these documents; all if there are none @throws Error for one that is not among the documents */
export async function checkBlocks({ only = [], tell = () => undefined }: { readonly only?: readonly string[]; readonly tell?: (line: string) => void } = {}): Promise<BlocksReport> {
  const all = coveredDocuments();
  const unknown = only.filter((wanted) => !all.some(({ path }) => path === wanted));
  if (unknown.length > 0) throw new Error(`Found ${unknown.join(", ")}, expected documents by their path from the root of the repository, such as docs/start.md.`);
  const documents = all.filter(({ path }) => only.length === 0 || only.includes(path));
  const blocks = documents.flatMap((each) => each.blocks);
  const written = await checkoutGuard();
  const command = await packCommand();
  try {
    const types = typeProblems(blocks.filter((block) => block.language === "ts" && classOf(block) !== "not run"));
    const problems = [...markProblems(blocks), ...types.map(({ place, message }) => `${place}: ${message}`), ...(await documentProblems(blocks.filter((block) => classOf(block) === "validated"), command))];
    const pages = await inTwos(documents.filter((each) => each.blocks.some((block) => classOf(block) === "run")), async (page) => {
      const run = await runPage(page, command);
      tell(`${run.path}: ${run.problems.length === 0 ? "ok" : "FAILED"} (${run.seconds.toFixed(1)} s)`);
      return run;
    });
    return { problems: [...problems, ...pages.flatMap((page) => page.problems), ...(await written())], pages, left: pages.flatMap((page) => page.left), summary: summaryOf(blocks) };
  } finally {
    await command.remove();
  }
}

/** Numbers by class, in one line. */
export function summaryOf(blocks: readonly DocBlock[]): string {
  const count = (kind: BlockClass): number => blocks.filter((block) => classOf(block) === kind).length;
  const both = blocks.filter((block) => block.language === "ts" && classOf(block) === "run").length;
  return `${String(blocks.length)} blocks: ${String(count("run"))} run (${String(both)} of them type-checked first), ${String(count("type-checked"))} type-checked, ${String(count("validated"))} validated, ${String(count("compared"))} compared with what is printed, ${String(count("not run"))} marked not run`;
}

/** As many at a time as a small machine has processors; they mostly wait. */
async function inTwos<In, Out>(all: readonly In[], each: (one: In) => Promise<Out>): Promise<readonly Out[]> {
  const out: Out[] = [];
  const waiting = all.entries();
  await Promise.all([0, 1].map(async () => {
    for (const [at, one] of waiting) out[at] = await each(one);
  }));
  return out;
}
