/** `tsx -C @caio/source tools/verification/worlds.ts --from 1 --count 20000`: every certificate of the router verifies. */
import { parseArgs } from "node:util";

import { caioRoute } from "@caio/orchestrator";
import { verifyCertificate, type CertificateMaterial } from "@caio/verifier";

import { worldInputs } from "../differential/world-inputs.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { materialOf } from "./material.ts";

const { values } = parseArgs({ options: { from: { type: "string", default: "1" }, count: { type: "string", default: "20000" } } });
const from = Number(values.from);
const count = Number(values.count);
const groups = [1, 10, 20, 40, 80, 160, Infinity];
const times = new Map(groups.map((most) => [most, [] as number[]]));
const failing: number[] = [];
let spent = 0;
for (let seed = from; seed < from + count; seed++) {
  const world = randomWorld(seed);
  const decision = caioRoute(world.request, worldInputs(world));
  const material = JSON.parse(JSON.stringify(materialOf(world, decision))) as CertificateMaterial;
  const start = performance.now();
  const report = verifyCertificate(material);
  const time = performance.now() - start;
  spent += time;
  times.get(groups.find((most) => decision.verdicts.length <= most) ?? Infinity)?.push(time);
  if (report.valid && report.conclusion !== "withheld") continue;
  failing.push(seed);
  if (failing.length > 12) continue;
  const bad = report.checks.filter(({ verdict, standing }) => verdict === "fail" || standing === "withheld").slice(0, 4);
  console.log(`seed ${String(seed)}:\n${bad.map(({ name, standing, detail }) => `  ${name} (${standing}): ${(detail ?? "").slice(0, 600)}`).join("\n")}`);
}
for (const [most, list] of times) {
  if (list.length === 0) continue;
  const sorted = list.sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2);
  console.log(`≤ ${String(most)} candidates: ${String(list.length)} worlds, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}
console.log(`${String(count)} worlds from seed ${String(from)}: ${String(failing.length)} refused; ${((1000 * count) / spent).toFixed(0)} verifications a second`);
if (failing.length > 0) console.log(`refused seeds: ${failing.slice(0, 200).join(" ")}`);
process.exitCode = failing.length === 0 ? 0 : 1;
