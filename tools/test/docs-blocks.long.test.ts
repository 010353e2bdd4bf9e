import { afterAll, beforeAll, expect, it } from "vitest";

import { classOf } from "../docs/block-class.ts";
import { summaryOf } from "../docs/check-blocks.ts";
import { checkoutGuard } from "../docs/checkout-guard.ts";
import { coveredDocuments } from "../docs/covered-documents.ts";
import { packCommand, type PackedCommand } from "../docs/packed-command.ts";
import { runPage } from "../docs/run-page.ts";
import { typeProblems } from "../docs/type-check.ts";
import { documentProblems } from "../docs/validate-blocks.ts";

const documents = coveredDocuments();
const blocks = documents.flatMap((each) => each.blocks);
let command: PackedCommand;
let written: Awaited<ReturnType<typeof checkoutGuard>>;

beforeAll(async () => {
  written = await checkoutGuard();
  command = await packCommand();
  console.log(summaryOf(blocks));
});
afterAll(async () => {
  await command.remove();
  expect(await written()).toEqual([]);
});

it("the types of every TypeScript block hold", () => {
  expect(typeProblems(blocks.filter((block) => block.language === "ts" && classOf(block) !== "not run"))).toEqual([]);
});

it("every document in a block is one", async () => {
  expect(await documentProblems(blocks.filter((block) => classOf(block) === "validated"), command)).toEqual([]);
});

it.concurrent.each(documents.filter((each) => each.blocks.some((block) => classOf(block) === "run")).map((page) => [page.path, page] as const))(
  "every block of %s runs, one after another",
  async (_path, page) => {
    const { problems, left } = await runPage(page, command);
    for (const why of left) console.log(`Not run: ${why}`);
    expect(problems).toEqual([]);
  },
  300_000,
);
