/** `tsx write-explored-folder.ts FOLDER`: the market, stores of decisions that explored and that did not, and labelled outcomes, for the commands of docs/whatif.md. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

import { exploredStore } from "./explored-store.ts";
import { writeMarket } from "./market-folder.ts";
import { marketPolicy, promptOf, sellers, successRate } from "./market.ts";

const folder = resolve(process.argv[2] ?? ".");
await writeMarket(folder);
await writeFile(join(folder, "exploring.yaml"), marketPolicy("exploration: { epsilon: 0.3, max_loss: 2 }\n"));
await exploredStore(join(folder, "week.db"), folder, { decisions: 200, policy: "exploring.yaml" });
await exploredStore(join(folder, "unexplored.db"), folder, { decisions: 30 });
const rows = Array.from({ length: 60 }, (_row, at) => `"${promptOf(at)}",${sellers.map((seller) => successRate(seller, at).toFixed(2)).join(",")}`);
await writeFile(join(folder, "outcomes.csv"), [`prompt,${sellers.join(",")}`, ...rows].join("\n"));
await writeFile(join(folder, "models.json"), JSON.stringify(Object.fromEntries(sellers.map((seller) => [seller, { input_price: 1, output_price: 1 }]))));
