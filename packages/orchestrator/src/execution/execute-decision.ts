import { effectiveContract, type ServiceCall, type ServiceContract } from "@caio/contracts";
import { CaioError, digest, type JsonObject } from "@caio/core";
import { measuredCostMicros, type EnforcedCall, type Enforcement, type PerCallPromise } from "@caio/guarantees";
import type { ServiceEntry } from "@caio/registry";
import type { PolicySet } from "@caio/rules";

import type { ChosenDecision } from "../decision.ts";
import { ratePico } from "../effective-limits.ts";
import { servingEndpoint } from "../serving-endpoint.ts";
import { attemptTimeoutUs } from "./attempt-timeout.ts";
import { obligedPayload } from "./obligations.ts";
import type { DecidedRequest } from "./orchestrator.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";

/** What execution needs beside the decision. */
export interface ExecutionTerms {
  readonly ports: OrchestratorPorts;
  readonly policy: PolicySet;
  /** Attempts that may still be made, this one included: no attempt takes all the time there is. */
  readonly attemptsLeft: number;
  readonly signal: AbortSignal | undefined;
}

/** The call that was made, and how it ended. */
export interface Execution {
  readonly contract: ServiceContract;
  readonly timeoutUs: number;
  readonly enforcement: Enforcement;
}

/**
 * Step 10: calls the chosen service under its promise. A service that is not reached is called again as often as the policy's
 * `retry` says, within the same time and with the same idempotency key.
 */
export async function executeDecision(
  decided: DecidedRequest,
  decision: ChosenDecision,
  terms: ExecutionTerms,
): Promise<Execution> {
  const { enforcer, clock, executor } = terms.ports;
  const call = serviceCall(decided, decision, terms);
  const { enforced, promise } = enforcedCall(decided, decision, call, terms);
  const startedUs = clock.nowUs();
  for (let attempt = 1; ; attempt++) {
    const leftUs = call.deadlineUs - (clock.nowUs() - startedUs);
    const enforcement = await enforcer.enforce(enforced, { ...promise, deadlineUs: leftUs }, (signal) =>
      executor.execute({ ...call, deadlineUs: leftUs }, signal),
    );
    const unreached = enforcement.status === "error" && enforcement.error.code === "ServiceUnavailable";
    const pauseUs = terms.policy.retry.backoffUs;
    const timeLeft = call.deadlineUs - (clock.nowUs() - startedUs) > pauseUs;
    if (!unreached || attempt >= terms.policy.retry.maxAttempts || !timeLeft) {
      return { contract: call.contract, timeoutUs: call.deadlineUs, enforcement };
    }
    await pause(pauseUs, terms);
  }
}

function serviceCall(decided: DecidedRequest, decision: ChosenDecision, terms: ExecutionTerms): ServiceCall {
  const { document } = decided.request;
  const { contract } = chosenEntry(decided, decision);
  const { maxOutputTokens } = decision.outcome.promise.perCall;
  return {
    decisionId: decision.decisionId,
    idempotencyKey: decision.decisionId,
    contract,
    model: decision.outcome.selected.model,
    endpoint: servingEndpoint(contract, revealedGroup(decided, decision)),
    payload: obligedPayload(document.data.payload ?? null, decision, terms.ports),
    ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
    deadlineUs: attemptTimeoutUs(decision, terms),
  };
}

function enforcedCall(
  decided: DecidedRequest,
  decision: ChosenDecision,
  call: ServiceCall,
  { policy, ports, signal }: ExecutionTerms,
): { readonly enforced: EnforcedCall; readonly promise: PerCallPromise } {
  const { perCall } = decision.outcome.promise;
  const schema = outputSchemaOf(call, ports);
  const cost = effectiveContract(call.contract, call.model)?.cost;
  const rate = cost === undefined ? undefined : ratePico(cost.currency, policy);
  return {
    enforced: {
      service: call.contract.serviceId,
      model: call.model,
      payload: call.payload,
      reservedMicros: perCall.costCapMicros,
      ...(schema === undefined ? {} : { outputSchema: schema }),
      ...(cost === undefined || rate === undefined
        ? {}
        : { costOf: (usage, latencyUs) => measuredCostMicros(cost, { usage, latencyUs }, rate) }),
      ...(signal === undefined ? {} : { signal }),
    },
    promise: {
      deadlineUs: call.deadlineUs,
      maxOutputTokens: perCall.maxOutputTokens,
      costCapMicros: perCall.costCapMicros,
      outputSchemaDigest: schema === undefined ? null : digest(schema),
      integrity: "sha256",
    },
  };
}

function chosenEntry(decided: DecidedRequest, decision: ChosenDecision): ServiceEntry {
  const { service } = decision.outcome.selected;
  const entry = decided.inputs.registry.view.service(service);
  if (entry === undefined) {
    throw new CaioError("UnknownService", `Decision names service "${service}", which its own registry view does not hold.`);
  }
  return entry;
}

function revealedGroup({ request }: DecidedRequest, { certificate }: ChosenDecision): Parameters<typeof servingEndpoint>[1] {
  const { revealed } = certificate.completeness;
  return revealed === null ? undefined : request.document.requirements.capabilities[revealed];
}

function outputSchemaOf({ endpoint }: ServiceCall, { schemaNamed }: OrchestratorPorts): JsonObject | undefined {
  const schema = endpoint?.outputSchema;
  return typeof schema === "string" ? schemaNamed?.(schema) : schema;
}

/** Ends early if the caller goes away. Leaves no listener behind. */
function pause(delayUs: number, { ports, signal }: ExecutionTerms): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = ports.clock.setTimer(delayUs, end);
    signal?.addEventListener("abort", end, { once: true });
  });
}
