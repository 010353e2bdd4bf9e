import type { RefusalCode } from "@caio/core";
import type { Request } from "@caio/contracts";
import type { ControlSignal } from "@caio/control";
import type { SecurityVerdict } from "@caio/security";
import { proofObjects, type Certificate, type CertifiedOutcome, type CertifiedPromise } from "@caio/traceability";

import { tieDigest, type Choice, type ChoiceInput } from "../choice.ts";
import type { RequestCommitments } from "../commitment.ts";
import { DECISION_VERSION, type ChosenDecision, type DecidedOutcome, type RefusedDecision, type Verdict } from "../decision.ts";
import type { EffectiveLimits } from "../effective-limits.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { staleness } from "../inputs/freshness.ts";
import type { Admitted } from "./admission.ts";
import { certified, type Certified } from "./certified.ts";
import type { DecisionFields } from "./fields.ts";
import type { Domain } from "./matching.ts";
import { authenticationRecord, securityRecords } from "./security-records.ts";

/** What all certificates of a decision are made from. */
export interface Frame {
  readonly request: Request;
  readonly inputs: DecisionInputs;
  readonly decisionId: string;
  readonly seed: string;
  readonly commitments: RequestCommitments;
  readonly labels: readonly string[];
  readonly limits: EffectiveLimits;
  readonly fields: DecisionFields;
  readonly domain: Domain;
  readonly verdicts: readonly Verdict[];
}

/** What a choice adds. */
export interface Chosen {
  readonly admitted: readonly Admitted[];
  readonly choice: Choice<Admitted>;
  readonly chance: ChoiceInput;
  readonly control: ControlSignal;
  readonly promise: CertifiedPromise;
  readonly obligations: readonly string[];
  /** Of the selected pair. */
  readonly security: SecurityVerdict;
}

/** Steps 8 and 9 of a choice. */
export function certifyChoice(frame: Frame, chosen: Chosen): ChosenDecision {
  const outcome = outcomeOf(frame, chosen);
  const decision = { kind: "chosen" as const, ...decided(frame), outcome, security: chosen.security };
  return certified(decision, () => certify(frame, withTies(outcome, chosen.chance)));
}

/** Steps 8 and 9 of a refusal. */
export function certifyRefusal(frame: Frame, code: RefusalCode): RefusedDecision {
  return certified({ kind: "refused" as const, ...decided(frame), code }, () => certify(frame, { kind: "refused", code }));
}

function decided({ decisionId, verdicts, fields, domain, inputs }: Frame): Omit<RefusedDecision, "kind" | "code" | keyof Certified> {
  const [{ stale: registry }, { stale: policy }] = [staleness(inputs.registry.freshness), staleness(inputs.policy.freshness)];
  const stale = registry === undefined && policy === undefined ? {} : { stale: { ...(registry && { registry }), ...(policy && { policy }) } };
  return { decisionId, verdicts, fieldState: fields.prepared.state, revealed: domain.revealed, ...stale };
}

function certify(frame: Frame, outcome: Certificate["outcome"]): Certificate {
  const { request, commitments } = frame;
  return {
    caioCertificate: 1,
    decisionVersion: DECISION_VERSION,
    decisionId: frame.decisionId,
    seed: frame.seed,
    testKey: request.testKey,
    now: request.now,
    tenant: request.principal.tenant,
    inputs: inputRecords(frame.inputs),
    request: { digest: commitments.digest, paths: commitments.paths },
    encoderId: request.fields.encoderId,
    lineage: request.lineage ?? null,
    detected: request.detected,
    completeness: {
      revealed: frame.domain.revealed,
      prefixes: frame.inputs.registry.view.proveDomain(request.document.requirements),
    },
    history: frame.inputs.history.snapshot.revealAll(frame.domain.pairs),
    fields: frame.fields.prepared.state,
    authentication: authenticationRecord(request.principal.evidence),
    verdicts: frame.verdicts.map(withoutEvidence),
    outcome,
    proofs: proofObjects(outcome.kind),
  };
}

function inputRecords({ registry, policy, history }: DecisionInputs): Certificate["inputs"] {
  const { view } = registry;
  return {
    registry: {
      epoch: view.epoch,
      size: view.size,
      trie: view.trieRoot,
      root: view.root,
      logIndex: registry.logIndex,
      ...staleness(registry.freshness),
    },
    policy: {
      version: policy.snapshot.version,
      base: policy.snapshot.baseDigest,
      named: policy.snapshot.namedDigests,
      digest: policy.snapshot.digest,
      logIndex: policy.logIndex,
      ...staleness(policy.freshness),
    },
    history: { version: history.snapshot.version, root: history.snapshot.root, logIndex: history.logIndex },
  };
}

/** A certificate holds only what a checker recomputes: the words of a rejection follow from the contracts beside it. */
function withoutEvidence(verdict: Verdict): Certificate["verdicts"][number] {
  if (verdict.step === 0) return verdict;
  const { service, model, step, clause } = verdict;
  return { service, model, step, clause };
}

function withTies(outcome: DecidedOutcome, chance: ChoiceInput): CertifiedOutcome {
  const { runnerUp } = outcome;
  const { drawn, propensity, ...selected } = outcome.selected;
  return {
    ...outcome,
    selected: { ...selected, tie: tieDigest(chance, selected), drawn, propensity },
    runnerUp: runnerUp === null ? null : { ...runnerUp, tie: tieDigest(chance, runnerUp) },
  };
}

function outcomeOf(frame: Frame, chosen: Chosen): DecidedOutcome {
  const { choice, chance, admitted } = chosen;
  const { selected, runnerUp } = choice;
  const { contract, contractDigest } = selected.pair.entry;
  const { budget, latencyUs, coveragePpm, deadlineUs } = frame.limits;
  return {
    kind: "chosen",
    selected: {
      service: selected.service,
      model: selected.model,
      route: contract.metadata.route ?? "external",
      contractDigest,
      score: selected.score,
      drawn: choice.drawn,
      propensity: choice.propensity,
    },
    runnerUp:
      runnerUp === undefined
        ? null
        : { service: runnerUp.service, model: runnerUp.model, score: runnerUp.score },
    margin: runnerUp === undefined ? null : selected.score - runnerUp.score,
    models: ranked(admitted, chance),
    obligations: chosen.obligations,
    limits: { budgetMicros: budget, latencyUs, coveragePpm, deadlineUs },
    security: securityRecords(frame.request.principal.evidence, chosen.security),
    promise: chosen.promise,
    control: chosen.control,
  };
}

/** By score descending, then tie digest, which is computed only among equals. */
function ranked(admitted: readonly Admitted[], chance: ChoiceInput): CertifiedOutcome["models"] {
  return [...admitted]
    .sort((a, b) => b.score - a.score || (tieDigest(chance, a) < tieDigest(chance, b) ? -1 : 1))
    .map(({ service, model, score }) => ({ service, model, score }));
}
