/** `tsx -C @caio/source tools/faults/main.ts [--only id] [--worlds 4000] [--json FILE]`: breaks the router on purpose. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { catalogue } from "./catalogue/catalogue.ts";
import { isAsStated, type Trial } from "./trial.ts";
import { tryFault } from "./try-fault.ts";

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, worlds: { type: "string", default: "4000" }, json: { type: "string" } },
});
const chosen = values.only === undefined ? catalogue : catalogue.filter(({ id }) => values.only?.includes(id));
const trials: Trial[] = [];
console.log("| fault | what is broken | caught by | needs | worlds until caught |\n|---|---|---|---|---|");
for (const fault of chosen) {
  const trial = await tryFault(fault, fault.attested === undefined ? Number(values.worlds) : Math.min(100, Number(values.worlds)));
  trials.push(trial);
  console.log(row(trial));
}
const counted = trials.filter(({ fault }) => fault.attested === undefined);
const caught = counted.filter(({ caughtBy }) => caughtBy.length > 0);
console.log(`\n${String(caught.length)} of ${String(counted.length)} faults caught; ${String(trials.length - counted.length)} attested`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(trials, null, 2)}\n`);
process.exitCode = chosen.length > 0 && trials.every(isAsStated) ? 0 : 1;

function row({ fault, caughtBy, worlds, changed, stopped }: Trial): string {
  const [first, ...others] = caughtBy;
  const more = others.length === 0 ? "" : ` (+ ${String(others.length)})`;
  const vacuous = changed === 0 ? `nothing changed, ${String(stopped)} stopped` : `not caught in ${String(changed)} changed`;
  const by = first === undefined ? (fault.attested === undefined ? `**${vacuous}**` : `attested: ${fault.attested}`) : `\`${first}\`${more}`;
  return `| ${fault.id} | ${fault.title} | ${by} | ${fault.needs} | ${String(worlds)} |`;
}
