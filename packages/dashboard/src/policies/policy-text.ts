import type { PolicyRule, WirePolicy } from "./policy-shapes.ts";

/**
 * A policy as its author would write it (docs/wire-forms.md, Policy set): YAML that the gateway reads back to the same digest. Quantities
 * are decimals of their unit, exact; texts are quoted.
 */
export function policyText(policy: WirePolicy): string {
  const { limits, safety, privacy, fallback, retry, exploration, monitor, rl } = policy;
  const limit = { budget: decimal(limits.budget_micros, 6), latency_ms: decimal(limits.latency_us, 3), latency_coverage: decimal(limits.latency_coverage_ppm, 6), deadline_ms: decimal(limits.deadline_us, 3) };
  const lines = [
    "caio_policy: 1",
    `id: ${policy.id}`,
    `currency: ${policy.currency}`,
    `rates: ${flow(mapped(policy.rates, (pico) => quoted(decimal(pico, 12))))}`,
    // One a line, so that a change of one is seen as that.
    "weights:",
    ...Object.entries(policy.weights).map(([name, micros]) => `  ${name}: ${decimal(micros, 6)}`),
    `rl: ${flow({ width: decimal(rl.width_micros, 6) })}`,
    `limits: ${flow(limit)}`,
    `safety: ${flow({ forbidden: list(safety.forbidden), needs_filtering: list(safety.needs_filtering) })}`,
    `privacy: ${flow({ mode: privacy.mode, sensitive: list(privacy.sensitive), allowed_labels: flow(mapped(privacy.allowed_labels, list)) })}`,
    `fallback: ${flow({ max_attempts: String(fallback.max_attempts), after_first_byte: fallback.after_first_byte })}`,
    `retry: ${flow({ max_attempts: String(retry.max_attempts), backoff_ms: decimal(retry.backoff_us, 3) })}`,
    `exploration: ${flow({ epsilon: decimal(exploration.epsilon_ppm, 6), max_loss: decimal(exploration.max_loss_micros, 6) })}`,
    `independent: [${policy.independent.map(list).join(", ")}]`,
    `monitor: ${flow({ alpha: decimal(monitor.alpha_micros, 6), drift_run_length: String(monitor.drift_run_length) })}`,
    `control: ${flow(Object.fromEntries(Object.entries(policy.control).map(([name, micros]) => [name.replace(/_micros$/, ""), decimal(micros, 6)])))}`,
    policy.rules.length === 0 ? "rules: []" : "rules:",
    ...policy.rules.flatMap(ruleLines),
  ];
  return `${lines.join("\n")}\n`;
}

function ruleLines({ id, priority, when, effect, reason }: PolicyRule): readonly string[] {
  const does = effect.kind === "prefer"
    ? `prefer: { if: ${text(effect.condition)}, amount: ${decimal(effect.amount_micros, 6)} }`
    : effect.kind === "oblige" ? `oblige: [${effect.obligations.join(", ")}]` : `${effect.kind}: ${text(effect.condition)}`;
  return [
    `  - id: ${id}`,
    `    priority: ${String(priority)}`,
    ...(when === undefined ? [] : [`    when: ${text(when)}`]),
    `    ${does}`,
    `    reason: ${text(reason)}`,
  ];
}

/** A whole number of parts as a decimal of the whole, all digits, without trailing zeros. */
export function decimal(parts: number, digits: number): string;
export function decimal(parts: number | undefined, digits: number): string | undefined;
export function decimal(parts: number | undefined, digits: number): string | undefined {
  if (parts === undefined) return undefined;
  const all = String(Math.abs(parts)).padStart(digits + 1, "0");
  const fraction = all.slice(-digits).replace(/0+$/, "");
  return `${parts < 0 ? "-" : ""}${all.slice(0, -digits)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** JSON's texts are YAML's. */
function text(value: string): string {
  return JSON.stringify(value);
}

function quoted(value: string): string {
  return `"${value}"`;
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => (/^[a-z][a-z0-9_-]*$/.test(value) ? value : text(value))).join(", ")}]`;
}

function mapped<Value>(values: Readonly<Record<string, Value>>, write: (value: Value) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, write(value)]));
}

function flow(values: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return said.length === 0 ? "{}" : `{ ${said.join(", ")} }`;
}
