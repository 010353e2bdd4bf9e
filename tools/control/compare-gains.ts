import { bootstrapped, type Interval } from "./bootstrap.ts";
import { madeDialogue, type MadeDialogue, type TurnKind } from "./made-dialogue.ts";
import { playDialogue, type Loop, type LoopSettings, type TurnReading } from "./play-dialogue.ts";

/** How a loop did over many dialogues: shares of turns decided as meant. */
export interface GainResult {
  readonly label: string;
  readonly all: Interval;
  /** Turns that name their theme with one word. */
  readonly named: Interval;
  /** Turns that say nothing of their theme. */
  readonly followUps: Interval;
  /** First turns of a theme. */
  readonly switches: Interval;
  /** After a switch, how many turns it takes on average until the first right decision, at most to the next switch. */
  readonly lag: number;
}

interface Played {
  readonly dialogue: MadeDialogue;
  readonly turns: readonly TurnReading[];
}

/** Factors on both gains. */
const factors = [0.25, 0.5, 1, 2, 4];

/** Plays the same made-up dialogues on words alone, with context sent, with memory alone, and with the gains of the settings times several factors. */
export async function compareGains(settings: LoopSettings, count: number, seed: number): Promise<readonly GainResult[]> {
  const dialogues = Array.from({ length: count }, (_, index) => madeDialogue(seed * 1_000_003 + index));
  const play = async (label: string, loop: Loop, with_: LoopSettings): Promise<GainResult> => {
    const played: Played[] = [];
    for (const dialogue of dialogues) played.push({ dialogue, turns: await playDialogue(dialogue, with_, loop) });
    return resultOf(label, played, seed);
  };
  const results = [await play("words alone", "words", settings), await play("words and context", "context", settings), await play("memory, u = 0", "open", settings)];
  for (const factor of factors) {
    const { excite, damp } = settings.gains;
    const gains = { ...settings.gains, excite: times(excite, factor), damp: times(damp, factor) };
    results.push(await play(`g_e ${gains.excite}, g_d ${gains.damp}`, "closed", { ...settings, gains }));
  }
  return results;
}

function resultOf(label: string, played: readonly Played[], seed: number): GainResult {
  const share = (kind?: TurnKind): Interval =>
    bootstrapped(
      played.map(({ dialogue, turns }) => turns.flatMap(({ chosen, expected }, index) => (kind === undefined || dialogue.kinds[index] === kind ? [chosen === expected ? 1 : 0] : []))),
      seed,
    );
  const lags = played.flatMap(lagsOf);
  return { label, all: share(), named: share("named"), followUps: share("follow-up"), switches: share("switch"), lag: lags.reduce((a, b) => a + b, 0) / lags.length };
}

/** Turns of each theme until the first that is decided as meant. */
function lagsOf({ dialogue: { kinds }, turns }: Played): number[] {
  const lags: number[] = [];
  let found = true;
  turns.forEach(({ chosen, expected }, index) => {
    if (kinds[index] === "switch") {
      lags.push(0);
      found = false;
    }
    found ||= chosen === expected;
    if (!found) lags[lags.length - 1] = (lags.at(-1) ?? 0) + 1;
  });
  return lags;
}

function times(decimal: string, factor: number): string {
  return String(Math.round(Number(decimal) * factor * 1e6) / 1e6);
}
