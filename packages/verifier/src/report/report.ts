import { Withheld } from "../calculus/scene.ts";
import { canonical, same } from "../json/json.ts";
import type { Shape } from "../shape/shape.ts";

/** How far a check can be trusted: recomputed, the router's signed word, or not checkable for want of a field. */
export type Standing = "proved" | "attested" | "withheld";

/** One named check. The same names come in the same order for the same bundle. */
export interface Check {
  readonly name: string;
  readonly verdict: "pass" | "fail";
  readonly standing: Standing;
  readonly detail?: string;
}

export interface Report {
  /** True if every stage was gone through to its end and no check failed. */
  readonly valid: boolean;
  readonly checks: readonly Check[];
  /** The weakest standing of all checks. */
  readonly conclusion: Standing;
  /** What the certificate says of its decision function. */
  readonly decisionVersion: string | null;
  /** False if this verifier does not know that version: then the decision is unchecked, which is no sign of tampering. */
  readonly knownVersion: boolean;
}

/** What has to be gone through to its end before anything is called valid. */
export type Stage = "envelope" | "decision" | "log";

/** Collects checks; whatever a check throws becomes its verdict. */
export class Checks {
  readonly #checks: Check[] = [];
  readonly #finished = new Set<Stage>();
  decisionVersion: string | null = null;
  knownVersion = true;

  /** Adds a check that fails if there is a problem. */
  add(name: string, problem: string | undefined, standing: Standing = "proved"): void {
    this.#checks.push({ name, verdict: problem === undefined ? "pass" : "fail", standing, ...(problem !== undefined && { detail: problem }) });
  }

  /** Adds a check that passes and tells a reader something: what the router says against itself, or who vouches for it. */
  note(name: string, detail: string, standing: Standing): void {
    this.#checks.push({ name, verdict: "pass", standing, detail });
  }

  /** Says that all checks of a stage were made. */
  finish(stage: Stage): void {
    this.#finished.add(stage);
  }

  /** Adds a check that passes without having been made. */
  withhold(name: string, detail: string): void {
    this.#checks.push({ name, verdict: "pass", standing: "withheld", detail });
  }

  /** The value if it has the exact form. */
  read<T>(name: string, shape: Shape<T>, value: unknown): T | undefined {
    const problem = shape(value);
    this.add(name, problem?.slice(0, 2000));
    return problem === undefined ? (value as T) : undefined;
  }

  /** A check that what is claimed is what is recomputed. */
  equal(name: string, claimed: unknown, compute: () => unknown, standing: Standing = "proved"): boolean {
    return this.run(name, () => {
      const computed = compute();
      return same(claimed, computed) ? undefined : `${canonical(claimed).slice(0, 300)} is claimed, recomputed ${canonical(computed).slice(0, 300)}`;
    }, standing);
  }

  /** A check of each member by itself: one that is withheld hides no lie in another. */
  members(name: string, claimed: Readonly<Record<string, unknown>>, compute: Readonly<Record<string, () => unknown>>): boolean {
    return this.run(name, () => {
      let withheld: Withheld | undefined;
      for (const [key, recomputed] of Object.entries(compute)) {
        try {
          const value = recomputed();
          if (!same(claimed[key], value)) return `${key} is ${canonical(claimed[key]).slice(0, 300)}, recomputed ${canonical(value).slice(0, 300)}`;
        } catch (error) {
          if (!(error instanceof Withheld)) throw error;
          withheld ??= error;
        }
      }
      if (withheld !== undefined) throw withheld;
      return undefined;
    });
  }

  /** Adds the checks that were made elsewhere. */
  append(other: Checks): void {
    for (const check of other.#checks) this.#checks.push(check);
    for (const stage of other.#finished) this.#finished.add(stage);
    this.decisionVersion = other.decisionVersion;
    this.knownVersion = other.knownVersion;
  }

  /** Adds the checks of a part under its name; whether all checks of its decision were made. */
  appendPart(part: string, other: Checks): boolean {
    for (const check of other.#checks) this.#checks.push({ ...check, name: `${part}.${check.name}` });
    this.knownVersion &&= other.knownVersion;
    return other.#finished.has("decision");
  }

  /** Runs a check: what it returns is the problem; Withheld makes it withheld, any other error a failure. */
  run(name: string, check: () => string | undefined, standing: Standing = "proved"): boolean {
    try {
      const problem = check();
      this.add(name, problem, standing);
      return problem === undefined;
    } catch (error) {
      if (error instanceof Withheld) this.withhold(name, error.message);
      else this.add(name, messageOf(error));
      return false;
    }
  }

  report(...stages: readonly Stage[]): Report {
    const standings = new Set(this.#checks.map(({ standing }) => standing));
    return {
      valid: this.knownVersion && stages.every((stage) => this.#finished.has(stage)) && this.#checks.every(({ verdict }) => verdict === "pass"),
      checks: this.#checks,
      conclusion: standings.has("withheld") ? "withheld" : standings.has("attested") ? "attested" : "proved",
      decisionVersion: this.decisionVersion,
      knownVersion: this.knownVersion,
    };
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "an unknown problem";
}
