import process from "node:process";
import { parseArgs } from "node:util";

import { runKillCampaign } from "../test/support/kill/kill-campaign.ts";

const { values } = parseArgs({ options: { engine: { type: "string" }, kills: { type: "string", default: "200" }, seed: { type: "string" } } });
const { engine } = values;
if (engine !== "sqlite" && engine !== "postgres") throw new Error("Say --engine sqlite or --engine postgres.");
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x7fff_ffff));
process.stdout.write(`seed ${String(seed)}\n`);
const figures = await runKillCampaign({
  engine,
  kills: Number(values.kills),
  seed,
  onRound: (round, so) => {
    if (round % 20 === 19) process.stdout.write(`${JSON.stringify(so)}\n`);
  },
});
process.stdout.write(`nothing confirmed was lost, no fork: ${JSON.stringify(figures)}\n`);
