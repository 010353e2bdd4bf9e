import { CEL_ERROR, MAX_ITEMS } from "../cel/cel-program.ts";
import { compileCel, type Condition } from "../cel/compile-cel.ts";
import { isObject } from "../json/json.ts";
import type { Policy, RequestPath, Rule } from "../shape/wire-shapes.ts";
import { least, once, Withheld, type Pair, type Scene } from "./scene.ts";

/** A rule of a policy with its conditions compiled. */
interface CompiledRule extends Pick<Rule, "id" | "priority" | "effect"> {
  readonly when: Condition | undefined;
  readonly condition: Condition | undefined;
}

/** A rule in force, with what its `when` said of this request (calculus §3). */
export interface RuleState extends CompiledRule {
  readonly fires: () => boolean | "error";
}

/** The rules of a policy, all their conditions compiled. @throws SyntaxError if one is outside the profile */
export function compiledRules({ rules }: Policy): CompiledRule[] {
  return rules.map(({ id, priority, effect, when }) => ({
    id, priority, effect,
    when: when === undefined ? undefined : compileCel(when, ["request"]),
    condition: "condition" in effect ? compileCel(effect.condition, ["request", "service", "model"]) : undefined,
  }));
}

/** The rules in force, in order: the base's, and those of the named policies that only tighten. */
export function rulesInForce(scene: Omit<Scene, "rules">, [base = [], ...named]: readonly (readonly CompiledRule[])[], ids: readonly string[]): RuleState[] {
  const tightening = named.flatMap((rules, at) => rules.filter(({ effect }) => effect.kind !== "prefer").map((rule) => ({ ...rule, id: `${ids[at] ?? ""}/${rule.id}` })));
  const fires = ({ when }: CompiledRule) => (): boolean | "error" => {
    const answer = when === undefined || evaluate(when, [scene.requestView()], scene);
    return typeof answer === "boolean" ? answer : "error";
  };
  return [...base, ...tightening]
    .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
    .map((rule) => ({ ...rule, fires: once(fires(rule)) }));
}

/** What a rule says of a pair: whether it passes, and what is added to its score. */
export interface Answer {
  readonly holds: boolean;
  readonly prefer: number;
}

/** What the rule at that place in the order says of the pair with these views. */
export function facesRule(scene: Scene, rule: number, views: () => readonly unknown[]): Answer {
  const { effect, fires, condition } = scene.rules()[rule] ?? {};
  const fired = fires?.();
  if (fired !== true || condition === undefined || effect === undefined) return { holds: fired !== "error", prefer: 0 };
  const answer = evaluate(condition, views(), scene);
  if (effect.kind === "prefer") return { holds: typeof answer === "boolean", prefer: answer === true ? effect.amount_micros : 0 };
  return { holds: answer === (effect.kind === "require"), prefer: 0 };
}

/** Duties of the decision, sorted (calculus §3). */
export function obligationsOf(scene: Scene): readonly string[] {
  const duties = scene.rules().flatMap(({ effect, fires }) => (effect.kind === "oblige" && fires() === true ? effect.obligations : []));
  return [...new Set<string>(duties)].sort();
}

function evaluate({ paths, run }: Condition, views: readonly unknown[], { work }: Pick<Scene, "work">): unknown {
  return paths.some(({ slot, fields }) => isLong(views[slot], fields)) ? CEL_ERROR : run(views, work);
}

function isLong(view: unknown, fields: readonly string[]): boolean {
  let value = view;
  for (const field of fields) value = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
  return Array.isArray(value) && value.length > MAX_ITEMS;
}

/** What conditions see as `request`; a path that is withheld throws where it is read. */
export function requestView({ request, limits }: Pick<Scene, "request" | "limits">): unknown {
  const member = (compute: () => unknown): PropertyDescriptor => {
    try {
      const value = compute();
      return { value: value ?? undefined, enumerable: true };
    } catch (problem) {
      if (!(problem instanceof Withheld)) throw problem;
      return { get: () => { throw problem; }, enumerable: true };
    }
  };
  const part = (...paths: readonly RequestPath[]): unknown =>
    Object.defineProperties({}, Object.fromEntries(paths.map((path) => [path.slice(path.indexOf(".") + 1), member(() => request.get(path))])));
  return Object.defineProperties({
    intent: part("intent.categories"), action: part("action.kind"), data: part("data.media_type"),
    size: part("size.input_tokens", "size.max_output_tokens", "size.bytes"),
    principal: part("principal.tenant", "principal.permissions", "principal.trust", "principal.region"),
    requirements: Object.defineProperties({}, { capabilities: member(() => typesOf((request.get("requirements.capabilities") ?? []).flatMap(({ any_of }) => any_of))) }),
    limits: Object.defineProperties({}, {
      budget_micros: member(() => limits().budget), latency_us: member(() => limits().latency),
      latency_coverage_ppm: member(() => limits().coverage), deadline_us: member(() => limits().deadline),
    }),
  }, { labels: member(() => request.texts("labels")) });
}

/** What conditions see as `request`, `service` and `model`. */
export function viewsOf({ requestView: request }: Scene, { contract, part, capabilities, guarantees, cost }: Pair): readonly unknown[] {
  const { service_id: id, name, version, privacy, alignment, access, constraints, metadata } = contract;
  const smallest = (coverage: number): number | undefined =>
    least(...guarantees.filter((offer) => offer.property === "latency" && offer.coverage_ppm >= coverage).map(({ bound }) => bound.max_us)) ?? undefined;
  const largest = (property: string): number | null => {
    const ends = guarantees.filter((offer) => offer.property === property).map(({ bound }) => bound.min_micros).filter((end) => end !== undefined);
    return ends.length === 0 ? null : Math.max(...ends);
  };
  const accuracies = guarantees.map(({ property }) => property).filter((property) => property === "accuracy" || property.endsWith("_accuracy"));
  const service = {
    id, name, version, version_major: majorOf(version), privacy, alignment, access, constraints, metadata, cost, capabilities: typesOf(capabilities),
    latency_p50_us: smallest(500_000), latency_p95_us: smallest(950_000), latency_p99_us: smallest(990_000),
    availability_micros: largest("availability") ?? undefined, accuracy_micros: least(...accuracies.map(largest)) ?? undefined,
  };
  const { id: modelId, context_tokens, max_output_tokens, competence_micros } = part;
  return [request(), service, { id: modelId, context_tokens, max_output_tokens, competence_micros }];
}

export function majorOf(version: string): number {
  return Number(version.slice(0, version.indexOf(".")));
}

function typesOf(capabilities: readonly { readonly type: string }[]): string[] {
  return [...new Set(capabilities.map(({ type }) => type))].sort();
}
