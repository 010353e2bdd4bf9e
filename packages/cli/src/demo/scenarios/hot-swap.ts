import type { Orchestration } from "@caio/orchestrator";

import { registrationOf } from "../../load/contracts-folder.ts";
import { lineOf } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";

const REQUESTS = 200;
const AT_ONCE = 16;
/** The swap happens while requests are in flight, after this many were sent. */
const SWAP_AFTER = 80;

/** A service is replaced while two hundred requests go through it. */
export const hotSwap: Scenario = {
  title: "Hot swap",
  announced: `${String(REQUESTS)} requests, ${String(AT_ONCE)} at a time, while lid-tinyld 1.0.0 becomes 2.0.0: none is lost, both versions answer`,
  play: async (stage) => {
    const base = await stage.request("plain");
    // One service and no fallback: a request that the swap loses cannot be saved by another service.
    const requirements = { ...base.requirements, constraints: { ...base.requirements.constraints, services: ["lid-tinyld"] } };
    const document = { ...base, requirements, fallback: false };
    const principal = await stage.principal();
    const results: Orchestration[] = [];
    let sent = 0;
    let swap: Promise<unknown> = Promise.resolve();
    const worker = async (): Promise<void> => {
      while (sent < REQUESTS) {
        sent += 1;
        if (sent === SWAP_AFTER) swap = stage.registry.replace(registrationOf(stage.examples.later.tinyldV2));
        results.push(await stage.orchestrate(document, principal));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await swap;
    return report(results);
  },
};

function report(results: readonly Orchestration[]): Awaited<ReturnType<Scenario["play"]>> {
  const expectations = new Expectations();
  const versions = new Map<string, Orchestration[]>();
  for (const result of results) {
    const version = result.attempts.at(-1)?.contract.version;
    if (result.kind === "success" && version !== undefined) versions.set(version, [...(versions.get(version) ?? []), result]);
  }
  const answered = [...versions.values()].reduce((sum, { length }) => sum + length, 0);
  const lost = REQUESTS - answered;
  expectations.that(lost === 0, `no request is lost (lost ${String(lost)})`);
  for (const version of ["1.0.0", "2.0.0"]) expectations.that(versions.has(version), `version ${version} answers some`);
  const lines = [...versions].flatMap(([version, [first, ...more]]) =>
    first === undefined ? [] : [{ ...lineOf(`swap (${version} × ${String(more.length + 1)})`, first), why: `${String(lost)} lost of ${String(REQUESTS)}` }],
  );
  return { lines, requests: results.length, unmet: expectations.unmet };
}
