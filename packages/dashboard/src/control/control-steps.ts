import type { Conversation } from "./control-shape.ts";

/** One step of control: what was known before, and how far u might go and went (calculus §9). Millionths; energy and ‖u‖ have no unit. */
export interface ControlStep {
  readonly decision: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly service: string;
  readonly model: string | null;
  /** `steer`: from Ψ̇ as MAIA reported it; `nudge`: Ψ stood in for it. */
  readonly kind: "steer" | "nudge";
  readonly energyMicros: number;
  readonly boundMicros: number;
  readonly normMicros: number;
  /** u was scaled down to the bound. */
  readonly scaled: boolean;
}

/** The steps of a conversation, newest first. Columns that are too short are read as far as all of them go. */
export function controlSteps({ steps }: Pick<Conversation, "steps">): readonly ControlStep[] {
  return steps.decision.flatMap((decision, place): ControlStep[] => {
    const { at, service, model, kind, energy_micros: energy, bound_micros: bound, u_norm_micros: norm, scaled } = steps;
    const step = { decision, at: at[place], service: service[place], model: model[place] ?? null, kind: kind[place], energyMicros: energy[place], boundMicros: bound[place], normMicros: norm[place], scaled: scaled[place] };
    return isWhole(step) ? [step] : [];
  }).reverse();
}

function isWhole(step: { readonly [Name in keyof ControlStep]: ControlStep[Name] | undefined }): step is ControlStep {
  return Object.values(step).every((part) => part !== undefined);
}
