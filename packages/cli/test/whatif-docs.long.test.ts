import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { exploredStore } from "./support/explored-store.ts";
import { writeMarket } from "./support/market-folder.ts";
import { marketPolicy, promptOf, sellers, successRate } from "./support/market.ts";
import { caio, type CommandRun } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** Names in the blocks that stand for files of the folder. */
const FILES = /^(?:week\.db|unexplored\.db|policy\.yaml|front\.svg|weights\.yaml|outcomes\.csv|models\.json|contracts|request\.json)$/;

it("every command on what would have been runs as it stands", async () => {
  const folder = await temporaryFolder({});
  await writeMarket(folder);
  await writeFile(join(folder, "exploring.yaml"), marketPolicy("exploration: { epsilon: 0.3, max_loss: 2 }\n"));
  await exploredStore(join(folder, "week.db"), folder, { decisions: 200, policy: "exploring.yaml" });
  await exploredStore(join(folder, "unexplored.db"), folder, { decisions: 30 });
  const rows = Array.from({ length: 60 }, (_row, at) => `"${promptOf(at)}",${sellers.map((seller) => successRate(seller, at).toFixed(2)).join(",")}`);
  await writeFile(join(folder, "outcomes.csv"), [`prompt,${sellers.join(",")}`, ...rows].join("\n"));
  await writeFile(join(folder, "models.json"), JSON.stringify(Object.fromEntries(sellers.map((seller) => [seller, { input_price: 1, output_price: 1 }]))));
  const text = await readFile(new URL("../../../docs/whatif.md", import.meta.url), "utf8");
  const commands = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, code = ""]) => code.trim().split("\n"));
  expect(commands).toHaveLength(5);
  const runs: CommandRun[] = [];
  for (const command of commands) {
    const [npx, name, ...argv] = command.replace(/ \|\| .*$/, "").split(" ");
    expect([npx, name]).toEqual(["npx", "caio"]);
    runs.push(await caio(...argv.map((word) => (FILES.test(word) ? join(folder, word) : word))));
  }
  expect(runs.map(({ code }) => code)).toEqual(commands.map((command) => (command.includes("no overlap") ? 3 : 0)));
  const words = ["would have taken another pair", "three ways", '"kind": "estimated"', "NoOverlap", "Better on decisions that it was not tuned on"];
  expect(words.filter((each) => !runs.some(({ out }) => out.includes(each)))).toEqual([]);
  expect(await readFile(join(folder, "weights.yaml"), "utf8")).toMatch(/^weights: \{/m);
  expect(await readFile(join(folder, "front.svg"), "utf8")).toContain("</svg>");
}, 120_000);
