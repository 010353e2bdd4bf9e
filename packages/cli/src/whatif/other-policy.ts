import { CaioError, canonicalJson } from "@caio/core";
import { policyToWire, type PolicySet, type Weights } from "@caio/rules";

/** What decides among admissible pairs. */
export type ChoiceTerms = Pick<PolicySet, "weights" | "exploration">;

/** What is asked: a whole policy, weights in place of those that were, or both. */
export interface OtherPolicy {
  readonly policy: PolicySet | undefined;
  readonly weights: Partial<Weights>;
}

/** Members on which it does not depend what is admissible, nor how it scores but for weights and exploration; of every other one it may. */
const FREE: ReadonlySet<string> = new Set(["id", "weights", "exploration", "fallback", "retry", "independent", "monitor", "control"]);

/**
 * By what the pairs that were admissible under `base` are chosen among under the other policy, or the members by which the policies differ so that
 * other pairs might have been admissible, or scored otherwise: then a certificate does not tell.
 */
export function otherTerms(base: PolicySet, { policy, weights }: OtherPolicy): ChoiceTerms | { readonly differs: readonly string[] } {
  const other = policy ?? base;
  const [was, is] = [policyToWire(base), policyToWire(other)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => !FREE.has(name));
  const differs = names.filter((name) => canonicalJson(was[name] ?? null) !== canonicalJson(is[name] ?? null));
  if (differs.length > 0) return { differs };
  return { weights: { ...other.weights, ...weights }, exploration: other.exploration };
}

const LARGEST = 500_000_000;
const MICRO = 1_000_000;

/** `cost=0.4,intent=0.1` as weights in micros. @throws CaioError `InvalidField` */
export function weightsOf(text: string, names: readonly (keyof Weights)[]): Partial<Weights> {
  const pairs = text.split(",").map((part) => {
    const [name = "", value = "", ...more] = part.split("=").map((piece) => piece.trim());
    const known = names.find((each) => each === name);
    const micros = /^-?\d{1,3}(\.\d{1,6})?$/.test(value) ? Math.round(Number(value) * MICRO) : Number.NaN;
    if (known !== undefined && more.length === 0 && Math.abs(micros) <= LARGEST) return [known, micros] as const;
    throw new CaioError("InvalidField", `--weights: found ${JSON.stringify(part.slice(0, 40))}, expected NAME=NUMBER with a name of ${names.join(", ")} and a number from −500 to 500, commas between them.`);
  });
  return Object.fromEntries(pairs);
}
