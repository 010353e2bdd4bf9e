import type { RefusalCode } from "@caio/core";

import { lineOf, type RequestLine } from "../request-line.ts";
import { Expectations, type Played, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

interface Refusal {
  readonly request: string;
  readonly principal?: string;
  readonly code: RefusalCode;
  /** A clause at which some pair must have fallen. */
  readonly clause: string;
}

/** A rule of the policy rejects every service. */
export const ruleRefusal: Scenario = {
  title: "A rule refuses",
  announced: "legal texts stay on the device, and no service here is on one: RuleViolation",
  play: (stage) => refuse(stage, [{ request: "legal-text", code: "RuleViolation", clause: "rule:legal-on-device" }]),
};

/** Personal data does not leave for an external service; a local one may have it. */
export const privacy: Scenario = {
  title: "Privacy",
  announced: "an e-mail address in the text keeps it from the external service: refused; with a lower demand a local service takes it",
  play: async (stage) => {
    const refused = await refuse(stage, [{ request: "personal-data", code: "SecurityViolation", clause: "privacy" }]);
    const expectations = new Expectations();
    const result = await stage.orchestrate(await stage.request("personal-data-nearby"), await stage.principal());
    const service = result.decision.kind === "chosen" ? result.decision.outcome.selected.service : undefined;
    const local = stage.examples.contracts.some(({ serviceId, privacy: { dataLocality } }) => serviceId === service && dataLocality === "local");
    expectations.that(result.kind === "success" && local, "personal-data-nearby is answered by a local service");
    return { lines: [...refused.lines, lineOf("personal-data-nearby", result)], unmet: [...refused.unmet, ...expectations.unmet] };
  },
};

/** Limits and permissions refuse too, each by its name. */
export const limits: Scenario = {
  title: "Limits",
  announced: "too small a budget, too short a time and a missing permission are refused by name",
  play: (stage) =>
    refuse(stage, [
      { request: "tight-budget", code: "BudgetExceeded", clause: "budget" },
      { request: "tight-latency", code: "LatencyExceeded", clause: "latency" },
      { request: "guest", principal: "guest", code: "SecurityViolation", clause: "authorization" },
    ]),
};

async function refuse(stage: Stage, refusals: readonly Refusal[]): Promise<Played> {
  const expectations = new Expectations();
  const lines: RequestLine[] = [];
  for (const { request, principal, code, clause } of refusals) {
    const result = await stage.orchestrate(await stage.request(request), await stage.principal(principal));
    const found = result.decision.kind === "refused" ? result.decision.code : result.kind;
    expectations.that(found === code, `${request} is refused with ${code} (found ${found})`);
    const fell = result.decision.verdicts.some((verdict) => verdict.step !== 0 && verdict.clause === clause);
    expectations.that(fell, `${request}: some service falls at ${clause}`);
    lines.push(lineOf(request, result));
  }
  return { lines, unmet: expectations.unmet };
}
