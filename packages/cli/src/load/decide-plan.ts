import { ControlIntegrator } from "@caio/control";
import { stampPlan, stepDocuments, type DecisionInputs, type PlanRequest } from "@caio/orchestrator";
import { detectSensitivity } from "@caio/security";

import { readSurroundings, type DecisionFiles, type DoorValues } from "./decide.ts";
import { loadPlan } from "./documents.ts";
import { openCommandEncoder } from "./open-encoder.ts";

/** The files that a plan is chosen from. */
export interface PlanFiles extends Omit<DecisionFiles, "request"> {
  readonly plan: string;
}

/** Everything that the choice of a plan is a function of. */
export interface PlanWorld {
  readonly request: PlanRequest;
  readonly inputs: DecisionInputs;
}

/** As `readWorld`, of a plan. @throws CaioError for whatever is wrong with a file */
export async function readPlanWorld(files: PlanFiles, { now, decisionKey, testKey }: DoorValues, environment: Readonly<Record<string, string | undefined>> = {}): Promise<PlanWorld> {
  const encoder = await openCommandEncoder(files.encoder, environment);
  try {
    const document = await loadPlan(files.plan);
    const { principal, registry, policies, history } = await readSurroundings(files, encoder);
    const control = new ControlIntegrator({ encoder });
    const readings = await Promise.all(
      stepDocuments(document).map(async (step) => ({
        document: step,
        detected: detectSensitivity([step.intent.text ?? null, step.context.map(({ text }) => text), step.data.payload ?? null]),
        fields: await control.readFields(step),
      })),
    );
    return {
      request: stampPlan(document, { planKey: decisionKey, testKey, now, principal, readings }),
      inputs: {
        registry: { view: registry.view(principal.tenant), logIndex: null },
        policy: { snapshot: policies, logIndex: null },
        history: { snapshot: history, logIndex: null },
      },
    };
  } finally {
    await encoder.close?.();
  }
}
