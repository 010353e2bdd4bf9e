/** `tsx -C @caio/source tools/verification/cel-agreement.ts --count 100000`: three evaluators of conditions, one answer. */
import { parseArgs } from "node:util";

import { celEnv, celList, celMap, isCelError, parse, plan, type CelInput } from "@bufbuild/cel";
import { readCondition, ruleModel, ruleRequest, ruleService } from "@caio/rules";
import { evaluateCel } from "@caio/verifier";

import { Dice } from "../worlds/random/dice.ts";
import { randomExpression } from "../worlds/random/expression.ts";
import { randomWorld } from "../worlds/random-world.ts";

/** How often each answer was given, and the sources on which evaluators differ. */
export interface CelAgreement {
  readonly answers: ReadonlyMap<string, number>;
  readonly disagreements: readonly string[];
}

const PER_WORLD = 25;

/** Compares the router's conditions, the verifier's evaluator and @bufbuild/cel on generated expressions of the profile. */
export function compareEvaluators(from: number, count: number): CelAgreement {
  const answers = new Map<string, number>();
  const disagreements: string[] = [];
  for (let made = 0, seed = from; made < count; seed++) {
    const world = randomWorld(seed);
    const service = world.services[0]?.contract;
    if (service === undefined) continue;
    const dice = new Dice(seed);
    const model = service.models[0] ?? null;
    const values = { request: ruleRequest(world.request, world.policy.base.limits), service: ruleService(service, model), model: ruleModel(model) };
    const bindings = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, celValue(value)]));
    for (let i = 0; i < PER_WORLD; i++, made++) {
      const source = randomExpression(dice, "pair", dice.int(0, 3));
      const reading = readCondition(source, "effect");
      if (!reading.ok) continue;
      const routed = reading.condition.program.evaluate(values);
      const router = typeof routed === "boolean" ? String(routed) : "error";
      const answer = evaluateCel(source, values);
      const verifier = answer.kind === "value" ? String(answer.value) : answer.kind;
      const outcome = plan(celEnv(), parse(source))(bindings);
      const reference = isCelError(outcome) ? "error" : outcome === true ? "true" : outcome === false ? "false" : "another value";
      answers.set(verifier, (answers.get(verifier) ?? 0) + 1);
      if (router !== verifier || verifier !== reference) disagreements.push(`${source} (seed ${String(seed)}): router ${router}, verifier ${verifier}, reference ${reference}`);
    }
  }
  return { answers, disagreements };
}

function celValue(value: unknown): CelInput {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return celList(value.map(celValue));
  if (typeof value === "object" && value !== null) return celMap(new Map(Object.entries(value).map(([key, member]) => [key, celValue(member)])));
  return value as CelInput;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { from: { type: "string", default: "1" }, count: { type: "string", default: "100000" } } });
  const { answers, disagreements } = compareEvaluators(Number(values.from), Number(values.count));
  for (const line of disagreements.slice(0, 10)) console.log(line);
  console.log([...answers].map(([answer, times]) => `${answer} ${String(times)}`).join(", "));
  console.log(`${String(disagreements.length)} disagreements`);
  process.exitCode = disagreements.length === 0 ? 0 : 1;
}
