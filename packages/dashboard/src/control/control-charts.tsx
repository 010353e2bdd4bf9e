import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

import { Chart, type Series } from "../parts/chart.tsx";
import { controlSteps } from "./control-steps.ts";
import type { Conversation } from "./control-shape.ts";

const MICRO = 1_000_000;
const shown = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const format = (value: number): string => shown.format(value);

/** Energy, ‖u‖ and the chosen mode over the decisions of a conversation, and u itself. */
export function ControlCharts({ conversation, eMaxMicros }: { readonly conversation: Conversation; readonly eMaxMicros: number }): VNode {
  const { steps, last, count } = conversation;
  const drawn = useMemo(() => {
    const made = controlSteps(conversation).length;
    const units = (micros: readonly number[]): number[] => micros.slice(0, made).map((value) => value / MICRO);
    const decisions = Array.from({ length: made }, (_, place) => count - made + place + 1);
    const energy: Series[] = [
      { label: "E before", values: units(steps.energy_micros), hue: 1 },
      { label: "E_max", values: decisions.map(() => eMaxMicros / MICRO), hue: 2, isBound: true },
    ];
    const force: Series[] = [
      { label: "‖u‖", values: units(steps.u_norm_micros), hue: 3 },
      { label: "at most", values: units(steps.bound_micros), hue: 2, isBound: true },
    ];
    const mode: Series[] = [
      { label: "in the chosen mode", values: units(steps.amplitude_micros), hue: 5 },
      { label: "elsewhere in the high band", values: units(steps.rest_micros), hue: 6, isBound: true },
    ];
    const samples = Array.from({ length: Math.floor(last.u.length / 2) }, (_, place) => place);
    const part = (offset: 0 | 1): number[] => samples.map((place) => (last.u[2 * place + offset] ?? 0) / MICRO);
    const u: Series[] = [{ label: "real", values: part(0), hue: 3 }, { label: "imaginary", values: part(1), hue: 4, isBound: true }];
    return { decisions, energy, force, mode, samples, u };
  }, [conversation, eMaxMicros]);
  const over = `over the last ${String(drawn.decisions.length)} of ${String(count)} decisions`;
  return (
    <div class="cards halves">
      <section class="card"><Chart title="Energy of the intent field" summary={`Energy before each decision and the most that is allowed, ${over}.`} isPlain xLabel="Decision" x={drawn.decisions} series={drawn.energy} format={format} /></section>
      <section class="card"><Chart title="Size of u, and its bound" summary={`The size of the control signal and the largest that keeps the energy allowed, ${over}.`} isPlain xLabel="Decision" x={drawn.decisions} series={drawn.force} format={format} /></section>
      <section class="card"><Chart title="The chosen mode in the intent field" summary={`How much of the field is in the mode of the chosen service, and how much elsewhere, ${over}.`} isPlain xLabel="Decision" x={drawn.decisions} series={drawn.mode} format={format} /></section>
      <section class="card"><Chart title="u of the last decision" summary="The samples of the last control signal, real and imaginary." isPlain xLabel="Sample" x={drawn.samples} series={drawn.u} format={format} /></section>
    </div>
  );
}
