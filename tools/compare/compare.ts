/**
 * `npm run bench:compare [-- --services 10000 --candidates 20 --requests 100 --rounds 5 --seed 7 --quick --json FILE]`: this router beside what one
 * would write or take instead, on the same services, rules and requests, with the same answers to every one of them. Each shop in a
 * process of its own.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { percentilesOf } from "../bench/percentiles.ts";
import { handOver, inChild, progress } from "../bench/run/child.ts";
import { load, machine } from "../bench/run/machine.ts";
import { allDeciders, HAND_WRITTEN, isEngine, OURS, OURS_PLAIN } from "./deciders/all.ts";
import { compareDeciders, type Comparison, type Measured } from "./measure.ts";
import { randomShop, type ShopSize } from "./world/random-shop.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string" },
    candidates: { type: "string", default: "20" },
    requests: { type: "string" },
    rounds: { type: "string", default: "5" },
    seed: { type: "string", default: "7" },
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    shop: { type: "string" },
  },
});
const requests = Number(values.requests ?? (values.quick ? 30 : 100));
const services = Number(values.services ?? (values.quick ? 500 : 10_000));
const shops = [
  { rules: 1000, allFire: false },
  { rules: 1000, allFire: true },
  { rules: 100, allFire: false },
].map(({ rules, allFire }): ShopSize => ({ services, rules: values.quick ? rules / 10 : rules, candidates: Number(values.candidates), requests, allFire }));

if (values.shop !== undefined) {
  const shop = randomShop(Number(values.seed), JSON.parse(values.shop) as ShopSize);
  handOver(await compareDeciders(await allDeciders(shop), requests, Number(values.rounds)));
} else {
  await show();
}

async function show(): Promise<void> {
  const [facts, before] = [machine(), load()];
  console.log(`${facts.cpu}, ${String(facts.cores)} cores, Node ${facts.node}, code ${facts.code}; seed ${values.seed}, ${values.rounds} rounds of ${String(requests)} requests`);
  const found: { readonly size: ShopSize; readonly comparison: Comparison }[] = [];
  for (const size of shops) {
    progress(`shop of ${JSON.stringify(size)}, load ${String(load())}`);
    const comparison = await inChild<Comparison>(import.meta.filename, [...process.argv.slice(2), "--shop", JSON.stringify(size)]);
    found.push({ size, comparison });
    console.log(table(size, comparison));
  }
  const loads = { before, after: load() };
  console.log(`\nLoad ${String(loads.before)} before, ${String(loads.after)} after.`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine: facts, load: loads, seed: values.seed, shops: found })}\n`);
}

function table(size: ShopSize, { chosen, deciders }: Comparison): string {
  const [ours, plain] = [of(deciders, OURS), of(deciders, OURS_PLAIN)];
  const head = `\n## |R| = ${String(size.services)}, |P| = ${String(size.rules)}, ${size.allFire ? "all fire" : "about five fire"}, about ${String(size.candidates)} candidates; ${String(chosen)} of ${String(requests)} end in a choice; all answers the same\n\n| | decisions a second | undisturbed | a second of the processor | p50, ms | with certificate: times as fast | the same, of the processor | without: times as fast | the same, of the processor |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|`;
  const rows = deciders.map((each) => {
    const cells = [(1000 / each.each).toFixed(0), (1000 / each.undisturbed).toFixed(0), (1000 / percentilesOf(each.processor).p50).toFixed(0), each.p50.toFixed(3), ratio(each, ours), ofProcessor(each, ours), ratio(each, plain), ofProcessor(each, plain)];
    return `| ${[each.name, ...cells].join(" | ")} |`;
  });
  const fastest = deciders.filter(({ name }) => isEngine(name)).reduce((least, each) => (percentilesOf(each.processor).p50 < percentilesOf(least.processor).p50 ? each : least));
  const hand = of(deciders, HAND_WRITTEN);
  const verdict = `\nThe fastest engine is ${fastest.name}: with a certificate ${ofProcessor(fastest, ours)} times as fast by the processor's time, without ${ofProcessor(fastest, plain)} (goal 20). Beside the hand-written one: ${ofProcessor(hand, ours)} and ${ofProcessor(hand, plain)} (goal 0.5).`;
  return [head, ...rows, verdict].join("\n");
}

/** How many times as fast the second is, by the clock on the wall: the median over the rounds with the least and the most. */
function ratio(theirs: Measured, ours: Measured): string {
  return over(theirs.rounds.map((time, round) => time / (ours.rounds[round] ?? Number.NaN)));
}

/** The same by the processor's time. */
function ofProcessor(theirs: Measured, ours: Measured): string {
  return over(theirs.processor.map((time, round) => time / (ours.processor[round] ?? Number.NaN)));
}

function over(values: readonly number[]): string {
  const shown = (value: number): string => String(Number(value.toPrecision(2)));
  return `${shown(percentilesOf(values).p50)} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
}

function of(deciders: readonly Measured[], name: string): Measured {
  const found = deciders.find((each) => each.name === name);
  if (found === undefined) throw new Error(`No decider is called ${name}.`);
  return found;
}
