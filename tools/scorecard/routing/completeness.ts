import { firstUnmatched } from "../../reference/matching.ts";
import { withRequirements } from "../../worlds/random/change.ts";
import { judgement } from "../engine/check.ts";
import { visiblePairs } from "./chosen-pair.ts";
import { misreads, type Fault } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

/** INV-CAIO-COMPLETE-0001: whatever in the tenant's view satisfies Q(r) went past step 1. */
export const nothingLeftOut: WorldCheck = {
  name: "nothing-left-out",
  judge: ({ world, decision }) => {
    const fitting = visiblePairs(world).filter((pair) => firstUnmatched(pair, world.request) === undefined);
    if (fitting.length === 0) return "vacuous";
    const passed = new Set(decision.certificate.verdicts.filter(({ step }) => step !== 1).map(({ service, model }) => key(service, model)));
    const missing = fitting.find(({ service, model }) => !passed.has(key(service.contract.serviceId, model?.id ?? null)));
    return judgement(missing === undefined, () => `${missing?.service.contract.serviceId ?? ""} was left out`);
  },
  faults: {
    "loses-a-service": misreads((world) => ({ ...world, services: world.services.slice(1) })),
    "looks-at-the-first-alternative": misreads((world) => {
      const { capabilities } = world.request.document.requirements;
      return withRequirements(world, { capabilities: capabilities.map(({ anyOf }) => ({ anyOf: anyOf.slice(0, 1) })) });
    }),
    "hides-a-verdict": hidesAVerdict(),
  },
};

function hidesAVerdict(): Fault {
  return (system) => ({
    ...system,
    route: (world) => {
      const decision = system.route(world);
      const { certificate } = decision;
      return { ...decision, certificate: { ...certificate, verdicts: certificate.verdicts.slice(0, -1) } };
    },
  });
}

function key(service: string, model: string | null): string {
  return `${service} ${model ?? ""}`;
}
