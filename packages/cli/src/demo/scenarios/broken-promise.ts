import type { Orchestration } from "@caio/orchestrator";

import { registrationOf } from "../../load/contracts-folder.ts";
import { lineOf, type RequestLine } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";

/** A service that breaks its promise is found out, and the next one takes over by a decision of its own. */
export const brokenPromise: Scenario = {
  title: "A broken promise",
  announced: "flaky-identifier, a fake, answers against its schema, then not in time: both are caught, and lid-fasttext takes over",
  play: async (stage) => {
    const expectations = new Expectations();
    const { examples, registry } = stage;
    await registry.register(registrationOf(examples.later.flaky));
    const lines: RequestLine[] = [];
    for (const [name, mode] of [["broken-schema", "wrong-schema"], ["broken-deadline", "slow"]] as const) {
      examples.setFlakyMode(mode);
      const result = await stage.orchestrate(await stage.request("broken-promise"), await stage.principal());
      check(name, result, expectations);
      lines.push(lineOf(name, result));
    }
    examples.setFlakyMode("honest");
    await registry.deregister(examples.later.flaky.serviceId);
    return { lines, unmet: expectations.unmet };
  },
};

function check(name: string, result: Orchestration, expectations: Expectations): void {
  const [first, second] = result.attempts;
  const broke = first?.decision.outcome.selected.service === "flaky-identifier" && first.enforcement.status !== "success";
  expectations.that(broke, `${name}: flaky-identifier is chosen and breaks its promise`);
  const saved = result.kind === "success" && second?.decision.outcome.selected.service === "lid-fasttext";
  expectations.that(saved, `${name}: lid-fasttext takes over (found ${result.kind})`);
  const parent = second?.decision.certificate.lineage?.parent;
  expectations.that(parent === first?.decision.decisionId, `${name}: the fallback names the decision that it follows`);
}
