import type { RequestDocument } from "@caio/contracts";
import type { Orchestration } from "@caio/orchestrator";

import { registrationOf } from "../../load/contracts-folder.ts";
import { lineOf } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";

const FAKE = "flaky-identifier";
const NEXT = "lid-tinyld";

/** A service that breaks its promise is found out, the next one takes over by a decision of its own, and the history remembers. */
export const brokenPromise: Scenario = {
  title: "A broken promise",
  announced: `${FAKE}, a fake, answers against its schema: caught, and ${NEXT} takes over; asked again, the fake is no longer chosen`,
  play: async (stage) => {
    const expectations = new Expectations();
    const { examples, registry } = stage;
    await registry.register(registrationOf(examples.later.flaky));
    examples.setFlakyMode("wrong-schema");
    const [document, principal] = [between(await stage.request("broken-promise")), await stage.principal()];
    const first = await stage.orchestrate(document, principal);
    checkFallback(first, expectations);
    const again = await stage.orchestrate(document, principal);
    const learned = again.kind === "success" && again.attempts.length === 1 && selectedService(again) === NEXT;
    expectations.that(learned, `asked again, ${NEXT} is chosen at once (found ${selectedService(again)})`);
    examples.setFlakyMode("honest");
    await registry.deregister(FAKE);
    return { lines: [lineOf("broken-promise", first), lineOf("asked again", again)], unmet: expectations.unmet };
  },
};

/** The request between the fake and a service that nothing was learned of yet. */
function between(document: RequestDocument): RequestDocument {
  const constraints = { ...document.requirements.constraints, services: [FAKE, NEXT] };
  return { ...document, requirements: { ...document.requirements, constraints } };
}

function checkFallback(result: Orchestration, expectations: Expectations): void {
  const [first, second] = result.attempts;
  const broke = first?.decision.outcome.selected.service === FAKE && first.enforcement.status === "violation";
  expectations.that(broke, `${FAKE} is chosen and breaks its promise`);
  const saved = result.kind === "success" && second?.decision.outcome.selected.service === NEXT;
  expectations.that(saved, `${NEXT} takes over (found ${result.kind})`);
  const parent = second?.decision.certificate.lineage?.parent;
  expectations.that(parent !== undefined && parent === first?.decision.decisionId, "the fallback names the decision that it follows");
}

function selectedService({ decision }: Orchestration): string {
  return decision.kind === "chosen" ? decision.outcome.selected.service : decision.code;
}
