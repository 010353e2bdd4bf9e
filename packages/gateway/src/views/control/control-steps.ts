import { createHash } from "node:crypto";

import type { Candidate, Field, Principal } from "@caio/contracts";
import { fft, powerOf, readMode, samplesOf } from "@caio/control";
import { MICRO, type Digest } from "@caio/core";
import type { ChosenDecision, DecidedRequest } from "@caio/orchestrator";

/** Steps of one conversation, conversations, and steps of all together, about 4 kB each until they are first read. */
const MOST_OF_ONE = 200;
const MOST_CONVERSATIONS = 50;
const MOST_OF_ALL = 4000;

/** What a step is made from. */
interface StepFields {
  readonly intent: Field;
  /** Where MAIA reports it. */
  readonly rate: Field | undefined;
  /** e_s of the pair that was chosen. */
  readonly encoding: Field;
}

/** A decision with the control signal that came of it. */
export interface ControlStep extends Candidate {
  readonly at: number;
  readonly decision: Digest;
  readonly control: ChosenDecision["outcome"]["control"];
  readonly reading: StepReading;
  /** Energy of Ψ by mode, and of u, micros. */
  readonly modes: { readonly field: readonly number[]; readonly u: readonly number[] };
}

/** Sizes in micros. `amplitude`: of what of Ψ is in the mode of the service; `rest`: of what else is in the high band; `power`: what u adds in a unit of time, null without Ψ̇. */
export interface StepReading {
  readonly uNorm: number;
  readonly amplitude: number;
  readonly rest: number;
  readonly power: number | null;
}

/** Whose requests follow one another. */
export interface Conversation {
  readonly id: string;
  readonly tenant: string;
  /** How many decisions there were; the last ones are in `steps`. */
  readonly count: number;
  readonly firstAt: number;
  /** Oldest first. */
  readonly steps: readonly ControlStep[];
}

interface Kept {
  readonly id: string;
  readonly tenant: string;
  readonly firstAt: number;
  count: number;
  steps: Step[];
}

/**
 * The control signals of the last decisions, by who asked: requests of one key, or of one bearer of tokens, are a conversation. In memory, of bounded
 * size, and read only when somebody looks.
 */
export class ControlSteps {
  /** The one that was quiet longest comes first. */
  readonly #kept = new Map<string, Kept>();
  #steps = 0;

  note({ request, inputs, decision }: DecidedRequest): void {
    if (decision.kind !== "chosen") return;
    const { principal, fields: { intent, intentRate: rate }, now } = request;
    const { service } = decision.outcome.selected;
    const encoding = inputs.registry.view.service(service)?.encoding;
    if (encoding === undefined) return;
    const id = conversationOf(principal);
    const key = JSON.stringify([principal.tenant, id]);
    const kept = this.#kept.get(key) ?? { id, tenant: principal.tenant, firstAt: now, count: 0, steps: [] };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.count += 1;
    this.#steps += kept.steps.push(new Step(decision, now, { intent, rate, encoding })) > MOST_OF_ONE ? 0 : 1;
    if (kept.steps.length > MOST_OF_ONE) kept.steps.shift();
    while (this.#kept.size > MOST_CONVERSATIONS || (this.#steps > MOST_OF_ALL && this.#kept.size > 1)) this.#dropQuietest();
  }

  /** The one that was heard last comes first. @param tenant - undefined: of all */
  conversations(tenant?: string): readonly Conversation[] {
    return [...this.#kept.values()].reverse().filter((kept) => tenant === undefined || kept.tenant === tenant);
  }

  #dropQuietest(): void {
    const [first] = this.#kept;
    if (first === undefined) return;
    this.#kept.delete(first[0]);
    this.#steps -= first[1].steps.length;
  }
}

/** A key is told by its id; who came with a token by a hash, since a name is nobody's business here. */
function conversationOf({ evidence, issuer, subject }: Principal): string {
  if (evidence.method === "api_key" && evidence.keyId !== undefined) return evidence.keyId;
  return createHash("sha256").update(JSON.stringify([issuer, subject])).digest("hex").slice(0, 16);
}

/** A step whose readings are worked out when they are first asked for. */
class Step implements ControlStep {
  readonly at: number;
  readonly decision: Digest;
  readonly service: string;
  readonly model: string | null;
  readonly control: ControlStep["control"];
  readonly #fields: StepFields;
  #reading: StepReading | undefined;

  constructor({ decisionId, outcome }: ChosenDecision, at: number, fields: StepFields) {
    this.at = at;
    this.decision = decisionId;
    this.service = outcome.selected.service;
    this.model = outcome.selected.model;
    this.control = outcome.control;
    this.#fields = fields;
  }

  get reading(): StepReading {
    if (this.#reading !== undefined) return this.#reading;
    const { intent, rate, encoding } = this.#fields;
    const { amplitude, rest } = readMode({ field: intent, rate: rate ?? intent }, encoding);
    const micros = (value: number): number => Math.round(value * MICRO);
    const uNorm = Math.sqrt(this.control.u.reduce((sum, part) => sum + (part / MICRO) ** 2, 0));
    this.#reading = { uNorm: micros(uNorm), amplitude: micros(amplitude), rest: micros(rest), power: rate === undefined ? null : micros(powerOf(this.control.u, rate)) };
    return this.#reading;
  }

  get modes(): ControlStep["modes"] {
    return { field: energies(this.#fields.intent), u: energies(this.control.u) };
  }
}

/** |f_k|² of the 64 modes of a field, micros. */
function energies(field: Field): readonly number[] {
  const spectrum = fft(samplesOf(field));
  return Array.from({ length: spectrum.length / 2 }, (_, mode) => Math.round(((spectrum[2 * mode] ?? 0) ** 2 + (spectrum[2 * mode + 1] ?? 0) ** 2) * MICRO));
}
