import { linePanels, type Panel } from "../bench/plot/line-panels.ts";
import type { TurnReading } from "./play-dialogue.ts";

/** Where in a turn's width the field stands after control. */
const AFTER = 0.4;

/** The mode of every service over a dialogue, at each decision and when its control has acted: memory alone beside the steered loop. */
export function dialoguePicture(name: string, open: readonly TurnReading[], closed: readonly TurnReading[]): string {
  return linePanels({
    title: `Modes of the services over the dialogue ${name}`,
    xScale: "linear",
    yScale: "linear",
    yLabel: "‖P_s Ψ‖ at each turn's decision, and after its control interval",
    columns: 2,
    panels: [panelOf("Memory alone, u = 0", open), panelOf("Steered", closed)],
  });
}

function panelOf(title: string, turns: readonly TurnReading[]): Panel {
  const services = Object.keys(turns[0]?.field?.before ?? {});
  const lines = services.map((service) => ({
    name: service,
    points: turns.flatMap(({ field }, at) =>
      field === undefined ? [] : [{ x: at + 1, y: field.before[service] ?? 0 }, { x: at + 1 + AFTER, y: field.after[service] ?? 0 }],
    ),
  }));
  return { title, lines };
}
