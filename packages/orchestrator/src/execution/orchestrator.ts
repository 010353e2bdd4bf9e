import type { Candidate, Principal, Request, RequestDocument } from "@caio/contracts";
import type { Digest, JsonValue } from "@caio/core";

import type { RoutingDecision } from "../decision.ts";
import { childKey } from "../identity.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import type { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import { caioRoute } from "../route.ts";
import { executeDecision } from "./execute-decision.ts";
import { HistoryKeeper } from "./history-keeper.ts";
import { unmetObligation } from "./obligations.ts";
import type { Attempt, Orchestration } from "./orchestration.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";
import { outcomeRecord } from "./outcome-record.ts";
import { excludedBy, remainingDocument, spentMicros } from "./remaining-limits.ts";
import { stampRequest } from "./stamp.ts";

/** A decision with everything it was made from: enough to make it again. */
export interface DecidedRequest {
  readonly request: Request;
  readonly inputs: DecisionInputs;
  readonly decision: RoutingDecision;
}

/** What a caller may choose about one request. */
export interface OrchestrateOptions {
  /** Aborted when the caller goes away: the call is cancelled and no fallback is tried. */
  readonly signal?: AbortSignal;
  /** Instead of a fresh key; marks the decision as a test. */
  readonly testKey?: Digest;
}

/** Where a decision stands in a chain of fallbacks or among the steps of a plan. */
export interface Place {
  readonly decisionKey: Digest;
  readonly testKey: boolean;
  readonly parent: Digest | undefined;
  readonly excluded: readonly Candidate[];
}

/**
 * Takes requests through the whole master equation: decide, log, execute under the promise, fall back by a new decision,
 * record the outcome, learn, send u to MAIA (calculus §1).
 *
 * A request in flight keeps the snapshots it was decided on; a hot swap or a new policy holds from the next decision on.
 */
export class Orchestrator {
  readonly #ports: OrchestratorPorts;
  readonly #history: HistoryKeeper;
  #policies: PolicySnapshot;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ports: OrchestratorPorts, policies: PolicySnapshot) {
    this.#ports = ports;
    this.#policies = policies;
    this.#history = new HistoryKeeper(ports.history);
  }

  /** The policies of the decisions from now on. */
  usePolicies(policies: PolicySnapshot): void {
    this.#policies = policies;
  }

  /**
   * Decides and logs, but does not execute.
   *
   * @throws CaioError `UnknownPolicy`
   */
  decide(document: RequestDocument, principal: Principal, options: OrchestrateOptions = {}): Promise<DecidedRequest> {
    return this.#decide(document, principal, this.#first(options));
  }

  /**
   * Decides and executes. A refusal, a broken guarantee and a failed service are values.
   *
   * @throws CaioError `UnknownPolicy`
   */
  orchestrate(document: RequestDocument, principal: Principal, options: OrchestrateOptions = {}): Promise<Orchestration> {
    return this.orchestrateAt(document, principal, this.#first(options), options.signal);
  }

  /** `orchestrate` for a request that has a parent: a step of a plan. */
  async orchestrateAt(
    document: RequestDocument,
    principal: Principal,
    place: Place,
    signal: AbortSignal | undefined,
  ): Promise<Orchestration> {
    const startedUs = this.#ports.clock.nowUs();
    const attempts: Attempt[] = [];
    let decided = await this.#decide(document, principal, place);
    for (let number = 1; ; number++) {
      const { decision } = decided;
      if (decision.kind === "refused") return { kind: "refused", decision, attempts };
      const unmet = await unmetObligation(decision, document, principal, this.#ports);
      if (unmet !== undefined) return { kind: "failed", error: unmet, decision, attempts };
      const policy = decided.inputs.policy.snapshot.effective(document.policies).set;
      const attemptsLeft = document.fallback ? Math.max(1, policy.fallback.maxAttempts - number + 1) : 1;
      const execution = await executeDecision(decided, decision, { ports: this.#ports, policy, attemptsLeft, signal });
      const { enforcement } = execution;
      const attempt = { attempt: number, decision, ...execution };
      attempts.push(attempt);
      await this.#record(attempt, decided.request);
      if (enforcement.status === "success") {
        await this.#ports.control.deliver(decision.outcome.control);
        const { output, usage, resultDigest = "" } = enforcement;
        return { kind: "success", output, usage, resultDigest, decision, attempts };
      }
      if (attemptsLeft === 1 || enforcement.status === "cancelled") {
        return { kind: "failed", error: enforcement.error, decision, attempts };
      }
      const elapsedUs = this.#ports.clock.nowUs() - startedUs;
      const remaining = remainingDocument(document, decision, policy, { elapsedUs, spentMicros: spentMicros(attempts) });
      if (remaining === undefined) return { kind: "failed", error: enforcement.error, decision, attempts };
      decided = await this.#decide(remaining, principal, {
        decisionKey: childKey(place.decisionKey, number),
        testKey: place.testKey,
        parent: decision.decisionId,
        excluded: excludedBy(place.excluded, attempts),
      });
    }
  }

  async #decide(document: RequestDocument, principal: Principal, place: Place): Promise<DecidedRequest> {
    const { control, door, detect, traces } = this.#ports;
    const { parent, excluded, decisionKey, testKey } = place;
    const detected = detect(inspected(document));
    const fields = await control.readFields(document);
    const { decided, logged } = await this.#inTurn(async () => {
      const inputs = await this.#inputs(principal.tenant);
      const request = stampRequest(document, {
        ...{ now: door.now(), decisionKey, testKey, principal, detected, fields },
        ...(parent === undefined ? {} : { lineage: { parent, excluded } }),
      });
      const decision = caioRoute(request, inputs);
      const receipt = traces.appendDecision(principal.tenant, decision.trace, decision.certificate);
      return { decided: { request, inputs, decision }, logged: receipt };
    });
    // Before execution: what is done was logged first (certificate §7).
    await logged;
    return decided;
  }

  /**
   * One decision at a time, up to its place in the log: no newer version can get between a decision and the versions it names.
   * The durable append itself is awaited outside, so that decisions still share appends.
   */
  #inTurn<T>(decide: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(decide);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The newest R, P and H, each logged before a decision names it. */
  async #inputs(tenant: string): Promise<DecisionInputs> {
    const policies = this.#policies;
    const history = await this.#history.current();
    const view = this.#ports.registry.snapshot().view(tenant);
    const [registry, policy, known] = await Promise.all([
      this.#ports.traces.appendVersion("registry", tenant, { version: view.epoch, digest: view.root }),
      this.#ports.traces.appendVersion("policy", null, { version: policies.version, digest: policies.digest }),
      this.#ports.traces.appendVersion("history", null, { version: history.version, digest: history.root }),
    ]);
    return {
      registry: { view, logIndex: registry.logIndex },
      policy: { snapshot: policies, logIndex: policy.logIndex },
      history: { snapshot: history, logIndex: known.logIndex },
    };
  }

  async #record({ attempt, decision, enforcement }: Attempt, request: Request): Promise<void> {
    const outcome = outcomeRecord(decision, attempt, enforcement, this.#ports.door.now());
    this.#history.note(outcome, request.fields.intent);
    await this.#ports.traces.appendOutcome(request.principal.tenant, outcome);
  }

  #first({ testKey }: OrchestrateOptions): Place {
    const decisionKey = testKey ?? this.#ports.door.freshKey();
    return { decisionKey, testKey: testKey !== undefined, parent: undefined, excluded: [] };
  }
}

/** What detectors look at: all that the caller wrote. */
function inspected({ intent, context, data }: RequestDocument): JsonValue {
  return [intent.text ?? null, context.map(({ text }) => text), data.payload ?? null];
}
