import type { Request } from "@caio/contracts";
import { caioRoute, type DecisionInputs, type DecisionWorld, type RoutingDecision } from "@caio/orchestrator";
import { readBundleLog, type BundleLog } from "@caio/traceability";

import type { DecisionLog } from "./decision-log.ts";
import { numberVersions } from "./number-versions.ts";

/** A decision with the part of the log that proves it. */
export interface LoggedDecision extends DecisionWorld {
  readonly decision: RoutingDecision;
  readonly log: BundleLog;
}

/**
 * Decides on versions that are logged first, logs the decision, and signs the head of the log (certificate §7).
 *
 * @throws CaioError `IntegrityViolation` if the log holds another history under the number of this one, and as `caioRoute`
 */
export async function decideInLog(request: Request, given: DecisionInputs, log: DecisionLog): Promise<LoggedDecision> {
  const inputs = await inputsInLog(given, log);
  const decision = caioRoute(request, inputs);
  const { certificate } = decision;
  const { logIndex } = await log.traces.appendDecision(certificate.tenant, decision.trace);
  const checkpoint = await log.publish(request.now);
  return { request, inputs, decision, log: await readBundleLog(log.traces, { decisionIndex: logIndex, inputs: certificate.inputs, checkpoint }) };
}

/** The inputs as versions that are in the log. @throws CaioError `IntegrityViolation` if it holds another under the same number */
export async function inputsInLog(given: DecisionInputs, log: DecisionLog): Promise<DecisionInputs> {
  return await loggedInputs(await numberVersions(given, log.traces), log);
}

async function loggedInputs(inputs: DecisionInputs, { traces }: DecisionLog): Promise<DecisionInputs> {
  const { registry, policy, history } = inputs;
  const { view } = registry;
  const ofRegistry = await traces.appendVersion("registry", view.tenant, { version: view.epoch, digest: view.root });
  const ofPolicy = await traces.appendVersion("policy", null, { version: policy.snapshot.version, digest: policy.snapshot.digest });
  const ofHistory = await traces.appendVersion("history", null, { version: history.snapshot.version, digest: history.snapshot.root });
  return {
    registry: { ...registry, logIndex: ofRegistry.logIndex },
    policy: { ...policy, logIndex: ofPolicy.logIndex },
    history: { ...history, logIndex: ofHistory.logIndex },
  };
}
