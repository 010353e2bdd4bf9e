import { rememberedWire, type CapabilityGroup, type Request } from "@caio/contracts";
import { promiseOf } from "@caio/guarantees";
import type { CertifiedPromise } from "@caio/traceability";

import type { EffectiveLimits } from "../effective-limits.ts";
import { servingEndpoint } from "../serving-endpoint.ts";
import type { Admissible } from "./limits.ts";

/** Step 7: γ, what is promised to the caller of a chosen pair, as the certificate states it (calculus §7, certificate §9). */
export function promiseToCaller(
  { pair, measures }: Admissible,
  request: Request,
  group: CapabilityGroup | undefined,
  limits: EffectiveLimits,
): CertifiedPromise {
  const { contract } = pair.entry;
  const { maxOutputTokens } = request.size;
  const outputSchema = servingEndpoint(contract, group)?.outputSchema;
  const { perCall, statistical } = promiseOf({
    contract,
    model: pair.model,
    ...(limits.deadlineUs === null ? {} : { deadlineUs: limits.deadlineUs }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    worstCaseCostMicros: measures.cost.kind === "amount" ? measures.cost.micros : null,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    measured: pair.measured,
  });
  return { perCall, statistical: statistical.map((guarantee) => rememberedWire(guarantee)) };
}
