import { effectiveContract, streamCall, type ServiceCall, type ServiceContract, type StreamResume } from "@caio/contracts";
import { CaioError, digest, type JsonObject, type JsonValue } from "@caio/core";
import { measuredCostMicros, type EnforcedCall, type Enforcement, type PerCallPromise } from "@caio/guarantees";
import type { ServiceEntry } from "@caio/registry";
import type { PolicySet } from "@caio/rules";

import type { ChosenDecision } from "../../decision.ts";
import { ratePico } from "../../effective-limits.ts";
import { servingEndpoint } from "../../serving-endpoint.ts";
import { attemptTimeoutUs } from "./attempt-timeout.ts";
import { obligedPayload } from "../obligations.ts";
import type { DecidedRequest } from "../decided-request.ts";
import type { OrchestratorPorts } from "../orchestrator-ports.ts";
import type { CostlyCall, Unaffordable } from "../spending.ts";
import { paidCall, wasHeldBack, type CallRun } from "./paid-call.ts";
import { retryPauseUs } from "./retry-pause.ts";

/** Longest wait between deltas where the application sets none, microseconds. */
const DEFAULT_BETWEEN_DELTAS_US = 10_000_000;

/** What execution needs beside the decision. */
export interface ExecutionTerms {
  readonly ports: OrchestratorPorts;
  readonly policy: PolicySet;
  /** Attempts that may still be made, this one included: no attempt takes all the time there is. */
  readonly attemptsLeft: number;
  /** Time that the request has left now, microseconds: what deciding took is gone. */
  readonly leftUs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the answer is wanted in parts. */
  readonly streamed: boolean;
  /** What another service said already. */
  readonly resume: StreamResume | undefined;
}

/** The call that was made, and how it ended. */
export interface Execution {
  readonly contract: ServiceContract;
  readonly timeoutUs: number;
  readonly enforcement: Enforcement;
  /** False if nothing left for the service: refused before, held back by a limit. */
  readonly sent: boolean;
}

interface PreparedCall {
  readonly call: ServiceCall;
  readonly enforced: EnforcedCall;
  readonly promise: PerCallPromise;
}

/**
 * Step 10: calls the chosen service under its promise, and gives the parts of its answer if they are wanted. A service that is
 * not reached, and has said nothing, is called again as often as the policy's `retry` says, within the same time and with the
 * same idempotency key, if the retry budget grants it. Each of these calls is reserved for; what cannot be is not made, and the
 * refusal is given if it was the first.
 */
export async function* executeDecision(
  decided: DecidedRequest,
  decision: ChosenDecision,
  terms: ExecutionTerms,
): AsyncGenerator<JsonValue, Execution | Unaffordable, void> {
  const { clock, retries } = terms.ports;
  const { service } = decision.outcome.selected;
  const prepared = prepare(decided, decision, terms);
  const { call } = prepared;
  const shareUs = attemptTimeoutUs(decision, terms);
  const startedUs = clock.nowUs();
  let last: Execution | undefined;
  retries?.called(service);
  for (let attempt = 1; ; attempt++) {
    const make = (): CallRun => {
      const elapsedUs = clock.nowUs() - startedUs;
      return callOnce(prepared, { leftUs: call.deadlineUs - elapsedUs, firstDeltaUs: shareUs - elapsedUs }, terms);
    };
    const ended = yield* paidCall(costlyCall(decided, decision, attempt), make, terms.ports);
    if ("granted" in ended) return last ?? ended;
    const { enforcement } = ended;
    last = { contract: call.contract, timeoutUs: call.deadlineUs, enforcement, sent: ended.sent || last?.sent === true };
    const pauseUs = retryPauseUs({ enforcement, attempt, decisionId: decision.decisionId }, terms.policy.retry);
    const timeLeft = shareUs - (clock.nowUs() - startedUs) > (pauseUs ?? 0);
    if (pauseUs === undefined || !timeLeft || retries?.mayRetry(service) === false) return last;
    await pause(pauseUs, terms);
  }
}

function costlyCall({ request }: DecidedRequest, { decisionId, outcome }: ChosenDecision, attempt: number): CostlyCall {
  const { service, model } = outcome.selected;
  const { costCapMicros: capMicros } = outcome.promise.perCall;
  return { id: `${decisionId}/${String(attempt)}`, service, model, principal: request.principal, capMicros, now: request.now };
}

/** Whether the service of a decision can go on with what was said. An executor that cannot even say so cannot. */
export function canResume(decided: DecidedRequest, decision: ChosenDecision, terms: ExecutionTerms): boolean {
  const { executor } = terms.ports;
  if (terms.resume === undefined || executor.stream === undefined) return false;
  const { call } = prepare(decided, decision, terms);
  try {
    return executor.resumable?.(call) === true;
  } catch {
    return false;
  }
}

async function* callOnce(
  { call, enforced, promise }: PreparedCall,
  { leftUs, firstDeltaUs }: { readonly leftUs: number; readonly firstDeltaUs: number },
  { ports, streamed }: ExecutionTerms,
): CallRun {
  const { enforcer, executor, streamLimits = {} } = ports;
  const now: ServiceCall = { ...call, deadlineUs: leftUs };
  const held: PerCallPromise = { ...promise, deadlineUs: leftUs };
  const wire = { opened: false };
  const open = <T>(send: () => T): T => {
    wire.opened = true;
    return send();
  };
  const enforcement = streamed
    ? yield* enforcer.enforceStream(enforced, held, (signal) => open(() => streamCall(executor, now, signal)), {
        betweenDeltasUs: DEFAULT_BETWEEN_DELTAS_US,
        ...streamLimits,
        firstDeltaUs: Math.min(firstDeltaUs, streamLimits.firstDeltaUs ?? firstDeltaUs),
      })
    : await enforcer.enforce(enforced, held, (signal) => open(() => executor.execute(now, signal)));
  return { enforcement, sent: wire.opened && !wasHeldBack(enforcement) };
}

function prepare(decided: DecidedRequest, decision: ChosenDecision, terms: ExecutionTerms): PreparedCall {
  const call = serviceCall(decided, decision, terms);
  return { call, ...enforcedCall(decision, call, terms) };
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
    // A stream has all the time there is, once it has begun; until then its share.
    deadlineUs: terms.streamed ? terms.leftUs : attemptTimeoutUs(decision, terms),
    ...(terms.resume === undefined ? {} : { resume: terms.resume }),
  };
}

function enforcedCall(
  decision: ChosenDecision,
  call: ServiceCall,
  { policy, ports, signal }: ExecutionTerms,
): Omit<PreparedCall, "call"> {
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

function revealedGroup({ request }: DecidedRequest, { revealed }: ChosenDecision): Parameters<typeof servingEndpoint>[1] {
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
