/**
 * `tsx -C @caio/source tools/verifier-py/agree.ts --from 1 --mutants 10000 --each 40 --out FILE`: the two verifiers on the golden
 * worlds, then on mutants of random worlds. Exit 1 if they differ on one.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { verifyBundle, type Report } from "@caio/verifier";

import { operatorKey, statementOf } from "../verification/bundle-writer.ts";
import { linkedDecision } from "../verification/committed/committed-mutant.ts";
import { Dice } from "../worlds/random/dice.ts";
import { replicaWorld } from "../worlds/replica-world.ts";
import { drawnMutant } from "./drawn-mutant.ts";
import { pythonVerifier, type PythonVerifier, type Verdict } from "./python-verifier.ts";

/** Worlds of more pairs take long and show nothing new. */
const MOST_PAIRS = 14;

interface Comparison {
  readonly name: string;
  readonly typescript: Verdict;
  readonly python: Verdict;
  /** What each of the two objects to. */
  readonly why: readonly string[];
  readonly bundle: string;
}

async function compared(name: string, bundle: string, publicKey: string | Uint8Array, python: PythonVerifier): Promise<Comparison> {
  const asked = python.ask(bundle);
  const report = await verifyBundle(bundle, { publicKey });
  const answer = await asked;
  return { name, typescript: verdictOf(report), python: answer.verdict, why: [failureOf(report), answer.why], bundle };
}

function verdictOf({ valid, checks }: Report): Verdict {
  if (valid) return "valid";
  return checks.some(({ verdict }) => verdict === "fail") ? "invalid" : "unknown version";
}

function failureOf({ checks }: Report): string {
  const failed = checks.find(({ verdict }) => verdict === "fail");
  return failed === undefined ? "" : `${failed.name}: ${failed.detail ?? ""}`.slice(0, 300);
}

async function onGolden(): Promise<Comparison[]> {
  const folder = join(import.meta.dirname, "../../docs/vectors/golden");
  const python = pythonVerifier(join(folder, "test-key.pub"));
  const publicKey = readFileSync(join(folder, "test-key.pub"), "utf8");
  const names = readdirSync(join(folder, "bundles")).sort();
  const found = await Promise.all(names.map((name) => compared(name, readFileSync(join(folder, "bundles", name), "utf8").trim(), publicKey, python)));
  await python.close();
  return found;
}

async function onMutants(from: number, mutants: number, each: number, keyFile: string): Promise<Comparison[]> {
  const key = operatorKey();
  writeFileSync(keyFile, Buffer.from(key.publicKey).toString("hex"));
  const python = pythonVerifier(keyFile);
  const found: Comparison[] = [];
  for (let seed = from; found.length < mutants; seed++) {
    const linked = linkedDecision(replicaWorld(seed));
    if (linked.decision.verdicts.length > MOST_PAIRS) continue;
    const [statement, dice] = [statementOf(linked.material), new Dice(seed)];
    for (let number = 0; number < each; number++) {
      const drawn = drawnMutant(linked, statement, dice, key);
      if (drawn === undefined) continue;
      const result = await compared(`world ${String(seed)}, mutant ${String(number)}: ${drawn.pattern} ${drawn.change}`, drawn.bundle, key.publicKey, python);
      found.push(result);
      if (differing([result]).length > 0) console.log(described(result));
      if (found.length % 1000 === 0) console.log(`${String(found.length)} mutants, ${String(differing(found).length)} differences`);
    }
  }
  await python.close();
  return found;
}

function differing(all: readonly Comparison[]): Comparison[] {
  return all.filter(({ typescript, python }) => typescript !== python);
}

function described({ name, typescript, python, why }: Comparison): string {
  return `${name}\n  ${typescript} / ${python}: ${why.filter((text) => text !== "").join(" / ").slice(0, 400)}`;
}

function summary(what: string, all: readonly Comparison[]): string {
  const of = (verdict: Verdict): string => String(all.filter(({ typescript, python }) => typescript === verdict && python === verdict).length);
  return `${what}: ${String(all.length)}; both valid ${of("valid")}, both invalid ${of("invalid")}, both unknown version ${of("unknown version")}, differing ${String(differing(all).length)}`;
}

const { values } = parseArgs({
  options: { from: { type: "string", default: "1" }, mutants: { type: "string", default: "10000" }, each: { type: "string", default: "40" }, out: { type: "string" } },
});
const place = mkdtempSync(join(tmpdir(), "caio-agree-"));
const golden = await onGolden();
console.log([...differing(golden).map(described), summary("golden worlds", golden)].join("\n"));
const mutants = await onMutants(Number(values.from), Number(values.mutants), Number(values.each), join(place, "operator.pub"));
rmSync(place, { recursive: true });
console.log(summary(`mutants from seed ${values.from}`, mutants));
const differences = differing([...golden, ...mutants]);
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(differences, null, 1));
process.exitCode = differences.length === 0 ? 0 : 1;
