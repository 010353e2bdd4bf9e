/** `tsx -C @caio/source tools/cel/conformance/conformance.ts`: the table of cel-spec's suites for the router and the verifier. */
import { valueText } from "../evaluators.ts";
import { celSpecCases, type SpecCase } from "./cel-spec-cases.ts";
import { onRouter } from "./on-router.ts";
import { onVerifier } from "./on-verifier.ts";

/** One suite: how many cases are in the router's profile and pass there, how many the verifier passes, and the rest. */
export interface SuiteResult {
  readonly cases: number;
  readonly router: { readonly inProfile: number; readonly passed: number; readonly refused: number };
  /** `error`: no value where CEL has one, in cases that the router refuses. */
  readonly verifier: { readonly passed: number; readonly error: number; readonly refused: number };
}

export interface Conformance {
  readonly suites: ReadonlyMap<string, SuiteResult>;
  /** Cases with another answer than CEL's, and cases that the router takes and the verifier does not pass. */
  readonly wrong: readonly string[];
}

export function conformance(): Conformance {
  const suites = new Map<string, SuiteResult>();
  const wrong: string[] = [];
  for (const subject of celSpecCases()) {
    const [router, verifier] = [onRouter(subject), onVerifier(subject)];
    const at = suites.get(subject.suite) ?? { cases: 0, router: { inProfile: 0, passed: 0, refused: 0 }, verifier: { passed: 0, error: 0, refused: 0 } };
    const count = (kind: boolean): number => (kind ? 1 : 0);
    suites.set(subject.suite, {
      cases: at.cases + 1,
      router: {
        inProfile: at.router.inProfile + count(router.kind !== "refused"),
        passed: at.router.passed + count(router.kind === "passed"),
        refused: at.router.refused + count(router.kind === "refused"),
      },
      verifier: {
        passed: at.verifier.passed + count(verifier.kind === "passed"),
        error: at.verifier.error + count(verifier.kind === "error"),
        refused: at.verifier.refused + count(verifier.kind === "refused"),
      },
    });
    if (router.kind === "wrong") wrong.push(line(subject, "router", router.found));
    if (verifier.kind === "wrong") wrong.push(line(subject, "verifier", verifier.found));
    if (router.kind === "passed" && verifier.kind !== "passed") wrong.push(line(subject, "verifier, of a case that the router passes", verifier.kind));
  }
  return { suites, wrong };
}

function line({ name, expression, expected }: SpecCase, who: string, found: string): string {
  const value = expected.kind === "value" ? valueText(expected.value) : expected.kind;
  return `${name}: ${expression} gives ${found}, not ${value} (${who})`;
}

function tableOf(suites: Conformance["suites"]): string {
  const figures = [...suites].map(([name, { cases, router, verifier }]) => {
    return { name, of: [cases, router.inProfile, router.passed, router.refused, verifier.passed, verifier.error, verifier.refused] };
  });
  const sums = figures.reduce<readonly number[]>((sum, { of }) => of.map((figure, at) => figure + (sum[at] ?? 0)), []);
  const head = ["suite", "cases", "router: in profile", "passed", "outside (refused)", "verifier: passed", "outside (error)", "outside (refused)"];
  const rows = [...figures, { name: "all", of: sums }].map(({ name, of }) => [name, ...of.map(String)]);
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

if (process.argv[1] === import.meta.filename) {
  const { suites, wrong } = conformance();
  console.log(tableOf(suites));
  for (const problem of wrong) console.log(problem);
  console.log(`${String(wrong.length)} wrong`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
