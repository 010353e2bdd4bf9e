/**
 * `npm run bench:control [-- FILE --excite 0.7 --damp 0.35 --conservative 0 --pause 1 --made 60 --seed 1 --encoder hash|use --svg FILE --json]`: takes a dialogue through the
 * orchestrator four times, on its words alone, with what was said before as context, with a MAIA that only remembers, and with one that is steered; then, over made-up dialogues, what
 * more and less control is worth and costs.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { CachedEncoder } from "@caio/control";
import { openUseEncoder } from "@caio/encoder-use";

import { compareGains, type GainResult } from "./compare-gains.ts";
import { dialoguePicture } from "./dialogue-picture.ts";
import { readDialogue } from "./dialogue-script.ts";
import { loops, playDialogue, type Loop, type LoopSettings, type TurnReading } from "./play-dialogue.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    excite: { type: "string", default: "0.7" },
    damp: { type: "string", default: "0.35" },
    interval: { type: "string", default: "1" },
    damping: { type: "string", default: "0.3" },
    hearing: { type: "string", default: "2" },
    "e-max": { type: "string", default: "3" },
    pause: { type: "string", default: "1" },
    conservative: { type: "string", default: "0" },
    made: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    encoder: { type: "string", default: "hash" },
    svg: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const { excite, damp, interval, damping, hearing, pause, conservative } = values;
const sentences = values.encoder === "use" ? openUseEncoder({ timeoutMs: 300_000 }) : undefined;
const settings: LoopSettings = {
  gains: { excite, damp, c: "1", m: "0.1", interval, eMax: values["e-max"] },
  dampingMicros: Math.round(Number(damping) * 1e6),
  hearingMicros: Math.round(Number(hearing) * 1e6),
  ...{ pause: Number(pause), conservative },
  ...(sentences === undefined ? {} : { encoder: new CachedEncoder(sentences) }),
};
const script = readDialogue(positionals[0] ?? fileURLToPath(new URL("dialogues/trip-and-supper.yaml", import.meta.url)));
const played: Record<Loop, readonly TurnReading[]> = { words: [], context: [], open: [], closed: [] };
for (const loop of loops) played[loop] = await playDialogue(script, settings, loop);
const compared = Number(values.made) === 0 ? [] : await compareGains(settings, Number(values.made), Number(values.seed));
await sentences?.close();
if (values.svg !== undefined) writeFileSync(values.svg, dialoguePicture(script.name, played.open, played.closed));

if (values.json) console.log(JSON.stringify({ dialogue: script.name, settings: { ...settings, encoder: values.encoder }, played, made: { dialogues: Number(values.made), seed: Number(values.seed), gains: compared } }, null, 1));
else {
  showTurns();
  if (compared.length > 0) showGains(compared);
}

function showTurns(): void {
  console.log(`${script.name}: g_e ${excite}, g_d ${damp}, t_c ${conservative}, interval ${interval}, MAIA's damping ${damping}, pause ${pause} intervals, encoder ${values.encoder}\n`);
  console.log("The steered field. Before: at the decision; after: when u has acted for its interval. Mode: ‖PΨ‖ of the chosen service.");
  console.log(row(["turn", "chosen", "mode before→after", "‖PΨ̇‖²", "rest ‖·‖²", "E before→after", "‖u‖/bound", "said"]));
  played.closed.forEach(({ chosen, expected, field, said }, index) => {
    if (field === undefined) return;
    const { before, after, moving, restMoving, energy, uNorm, bound } = field;
    const mode = `${bar(before[chosen])} ${pair([before[chosen] ?? 0, after[chosen] ?? 0])}`;
    console.log(row([String(index + 1), mark(chosen, expected), mode, pair(moving), pair(restMoving), pair(energy), `${fixed(uNorm)}/${fixed(bound)}`, said]));
  });
  console.log(`\nWhat was chosen; in brackets the margin of the score over the next. × : not what was meant.`);
  console.log(["turn", "meant", ...loops].map((cell) => cell.padEnd(20)).join(""));
  script.turns.forEach(({ expect }, index) => {
    const cells = loops.map((loop) => played[loop][index]).map((turn) => (turn === undefined ? "" : `${mark(turn.chosen, expect)} (${fixed(turn.margin)})`));
    console.log([String(index + 1), expect, ...cells].map((cell) => cell.padEnd(20)).join(""));
  });
  console.log(["right", "", ...loops.map((loop) => String(played[loop].filter(({ chosen, expected }) => chosen === expected).length))].map((cell) => cell.padEnd(20)).join(""));
}

function showGains(results: readonly GainResult[]): void {
  console.log(`\n${values.made} made-up dialogues, seed ${values.seed}: share of turns decided as meant, with 95 % bootstrap intervals over dialogues.`);
  console.log(["loop", "all turns", "theme named again", "follow-ups", "switches", "turns late"].map((cell) => cell.padEnd(22)).join(""));
  for (const { label, all, named, followUps, switches, lag } of results) {
    console.log([label, share(all), share(named), share(followUps), share(switches), lag.toFixed(2)].map((cell) => cell.padEnd(22)).join(""));
  }
}

function share({ mean, low, high }: GainResult["all"]): string {
  return `${mean.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

function row(cells: readonly string[]): string {
  const widths = [5, 13, 22, 14, 14, 15, 14];
  return cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" ");
}

function pair([a, b]: readonly [number, number]): string {
  return `${fixed(a)}→${fixed(b)}`;
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1);
}

/** Eighths of ½, the largest that an utterance alone can have. */
function bar(amplitude = 0): string {
  return "▁▂▃▄▅▆▇█"[Math.min(7, Math.floor(amplitude * 16))] ?? "";
}

function mark(chosen: string, expected: string): string {
  return chosen === expected ? chosen : `×${chosen}`;
}
