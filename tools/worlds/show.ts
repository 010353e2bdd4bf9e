import { parseArgs } from "node:util";

import { referenceDecision } from "../reference/master-equation.ts";
import { randomWorld } from "./random-world.ts";
import { toWorldFile } from "./world-file.ts";

/** `npx tsx -C @caio/source tools/worlds/show.ts --seed 7`: one random world and what the reference makes of it. */
const { values } = parseArgs({ options: { seed: { type: "string", default: "0" } } });
const world = randomWorld(Number(values.seed));
process.stdout.write(`${JSON.stringify({ world: toWorldFile(world), decision: referenceDecision(world) }, null, 2)}\n`);
