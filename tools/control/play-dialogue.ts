import { parseRequestValue } from "@caio/contracts";
import { readMode, ReferenceMaia, type CachedEncoder, type IntentReading, type MaiaPort } from "@caio/control";
import type { DecidedRequest } from "@caio/orchestrator";

import { dialogueHouse, speaker, type LoopGains } from "./dialogue-house.ts";
import type { DialogueScript } from "./dialogue-script.ts";

/**
 * How the field comes about: `words`, no MAIA, each turn by itself; `context`, no MAIA, but the caller sends what was said before as context, and
 * A counts beside I; `open`, MAIA remembers, control is withheld; `closed`, MAIA remembers and is steered.
 */
export type Loop = "words" | "context" | "open" | "closed";

export const loops: readonly Loop[] = ["words", "context", "open", "closed"];

/** Turns before this one that a caller sends as context. */
const SENT = 3;

/** A loop and what happens between the turns. */
export interface LoopSettings {
  readonly gains: LoopGains;
  /** γ, micros. */
  readonly dampingMicros: number;
  /** The most energy that words leave behind, micros. */
  readonly hearingMicros: number;
  /** Intervals that pass between a turn's control and the next turn. */
  readonly pause: number;
  /** t_c of who speaks, decimal text. */
  readonly conservative: string;
  readonly encoder?: CachedEncoder;
}

/** What is seen of the field in one turn. */
export interface FieldReading {
  /** ‖P_s Ψ‖ by service, at the decision and after the control interval. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  /** ‖PΨ̇‖² of the chosen mode and ‖Π_high Ψ̇ − PΨ̇‖², at the decision and after. */
  readonly moving: readonly [number, number];
  readonly restMoving: readonly [number, number];
  /** E at the decision and after the interval. */
  readonly energy: readonly [number, number];
  readonly uNorm: number;
  readonly bound: number;
  readonly scaled: boolean;
}

/** One turn of a dialogue. */
export interface TurnReading {
  readonly said: string;
  readonly expected: string;
  readonly chosen: string;
  /** Score of the chosen less that of the runner-up. */
  readonly margin: number;
  /** Absent without MAIA. */
  readonly field?: FieldReading;
}

/** MAIA whose control is withheld: the interval passes without u. */
class WithheldControl implements MaiaPort {
  readonly #maia: ReferenceMaia;

  constructor(maia: ReferenceMaia) {
    this.#maia = maia;
  }

  hear(...said: Parameters<ReferenceMaia["hear"]>): Promise<void> {
    return this.#maia.hear(...said);
  }

  readIntent(): Promise<IntentReading> {
    return this.#maia.readIntent();
  }

  sendControl(): Promise<void> {
    this.#maia.advance();
    return Promise.resolve();
  }
}

/** Takes a dialogue, turn by turn, through an orchestrator: words into MAIA, its field into the decision, u of the decision back into MAIA. */
export async function playDialogue(script: DialogueScript, settings: LoopSettings, loop: Loop): Promise<readonly TurnReading[]> {
  const maia = maiaOf(settings);
  let decided: DecidedRequest | undefined;
  const port = loop === "words" || loop === "context" ? undefined : loop === "open" ? new WithheldControl(maia) : maia;
  const { orchestrator, encodings } = await dialogueHouse(script.services, settings.gains, {
    maia: port,
    attends: loop === "context",
    ...(settings.encoder === undefined ? {} : { encoder: settings.encoder }),
    onDecided: (made) => { decided = made; },
  });
  const amplitudes = (reading: Required<IntentReading>): Record<string, number> =>
    Object.fromEntries([...encodings].map(([id, encoding]) => [id, readMode(reading, encoding).amplitude]));
  const principal = speaker(settings.conservative);
  const turns: TurnReading[] = [];
  for (const [at, { say, expect }] of script.turns.entries()) {
    const context = loop === "context" ? script.turns.slice(Math.max(0, at - SENT), at).map(({ say: text }) => ({ role: "user", text })) : [];
    const request = parseRequestValue({ caio_request: 1, intent: { text: say }, context, requirements: { capabilities: [{ type: "assistant.answer" }] } });
    const ended = await orchestrator.orchestrate(request, principal);
    if (ended.kind !== "success" || decided === undefined) throw new Error(`"${say}": expected an answer, found ${ended.kind}.`);
    const { decision } = ended;
    const { service } = decision.outcome.selected;
    const turn = { said: say, expected: expect, chosen: service, margin: marginOf(decision.verdicts) };
    const { intent: field, intentRate: rate } = decided.request.fields;
    if (rate === undefined) {
      turns.push(turn);
      continue;
    }
    const [before, after] = [{ field, rate }, maia.reading];
    const [modeBefore, modeAfter] = [before, after].map((reading) => readMode(reading, encodings.get(service) ?? []));
    const { u, boundMicros, energyBeforeMicros, scaled } = decision.outcome.control;
    turns.push({
      ...turn,
      field: {
        before: amplitudes(before),
        after: amplitudes(after),
        moving: [modeBefore?.moving ?? 0, modeAfter?.moving ?? 0],
        restMoving: [modeBefore?.restMoving ?? 0, modeAfter?.restMoving ?? 0],
        energy: [energyBeforeMicros / 1e6, maia.energy],
        uNorm: loop === "closed" ? Math.sqrt(u.reduce((sum, part) => sum + part * part, 0)) / 1e6 : 0,
        bound: boundMicros / 1e6,
        scaled,
      },
    });
    for (let interval = 0; interval < settings.pause; interval++) maia.advance();
  }
  return turns;
}

function maiaOf({ gains, dampingMicros, hearingMicros }: LoopSettings): ReferenceMaia {
  const micros = (text: string): number => Math.round(Number(text) * 1e6);
  return new ReferenceMaia({
    ...{ cMicros: micros(gains.c), mMicros: micros(gains.m), intervalMicros: micros(gains.interval) },
    ...{ dampingMicros, hearingMicros, frame: "turning" },
  });
}

function marginOf(verdicts: readonly { readonly step: number; readonly score?: number }[]): number {
  const scores = verdicts.flatMap(({ score }) => (score === undefined ? [] : [score / 1e12])).sort((a, b) => b - a);
  return (scores[0] ?? 0) - (scores[1] ?? scores[0] ?? 0);
}
