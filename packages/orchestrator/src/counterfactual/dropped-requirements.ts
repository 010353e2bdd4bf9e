import { toWire, type Request, type RequestDocument, type RequiredConstraints, type RequiredPrivacy, type Requirements } from "@caio/contracts";

import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { decimal, guaranteeText, milliseconds } from "../explanation.ts";
import { without, withoutItem, type ChangedWorld, type DroppedDemand } from "./single-change.ts";

type Drop = readonly [change: DroppedDemand, document: RequestDocument];

/** The worlds in which the request demands one thing less: a group, a guarantee, a constraint, a privacy demand, a limit. */
export function droppedRequirements(request: Request, inputs: DecisionInputs): readonly ChangedWorld<DroppedDemand>[] {
  const { document } = request;
  const { requirements } = document;
  const having = (change: Partial<Requirements>): RequestDocument => ({ ...document, requirements: { ...requirements, ...change } });
  const drops: readonly Drop[] = [
    ...requirements.capabilities.map(({ anyOf }, index): Drop => {
      const words = `the capability ${anyOf.map(({ type }) => type).join(" or ")}`;
      return [dropped("capability", `requirements.capabilities[${String(index)}]`, words), having({ capabilities: withoutItem(requirements.capabilities, index) })];
    }),
    ...requirements.guarantees.map((guarantee, index): Drop => {
      const words = `the guarantee ${guaranteeText(toWire(guarantee))}`;
      return [dropped("guarantee", `requirements.guarantees[${String(index)}]`, words), having({ guarantees: withoutItem(requirements.guarantees, index) })];
    }),
    ...constraintDrops(requirements.constraints, (constraints) => having({ constraints })),
    ...privacyDrops(requirements.privacy, (privacy) => having({ privacy })),
    ...limitDrops(document),
  ];
  return drops.map(([change, changed]) => ({ change, request: { ...request, document: changed }, inputs }));
}

function constraintDrops(constraints: RequiredConstraints, having: (constraints: RequiredConstraints) => RequestDocument): readonly Drop[] {
  const { maxLocality, requiresGpu, requiresInternet, regions, route, services, models } = constraints;
  const drops: Drop[] = [];
  const drop = (name: string, words: string, changed: RequiredConstraints): void => {
    drops.push([dropped("constraint", `requirements.constraints.${name}`, words), having(changed)]);
  };
  if (maxLocality !== undefined) drop("max_locality", `the locality of at most ${maxLocality}`, without(constraints, "maxLocality"));
  if (regions.length > 0) drop("regions", `the regions ${regions.join(", ")}`, { ...constraints, regions: [] });
  if (requiresGpu !== undefined) drop("requires_gpu", `what is said of a GPU (${String(requiresGpu)})`, without(constraints, "requiresGpu"));
  if (requiresInternet !== undefined) drop("requires_internet", `what is said of the internet (${String(requiresInternet)})`, without(constraints, "requiresInternet"));
  if (route !== "any") drop("route", `the route ${route}`, { ...constraints, route: "any" });
  if (services.length > 0) drop("services", `the choice among the services ${services.join(", ")}`, { ...constraints, services: [] });
  if (models.length > 0) drop("models", `the choice among the models ${models.join(", ")}`, { ...constraints, models: [] });
  return drops;
}

function privacyDrops(privacy: RequiredPrivacy, having: (privacy: RequiredPrivacy) => RequestDocument): readonly Drop[] {
  const { onDevice, encryption, compliance } = privacy;
  const place = (name: string): string => `requirements.privacy.${name}`;
  return [
    ...(onDevice ? [[dropped("privacy", place("on_device"), "staying on the device"), having({ ...privacy, onDevice: false })] satisfies Drop] : []),
    ...(encryption === undefined ? [] : [[dropped("privacy", place("encryption"), `encryption (${encryption})`), having(without(privacy, "encryption"))] satisfies Drop]),
    ...compliance.map((name, index): Drop => {
      return [dropped("privacy", place(`compliance[${String(index)}]`), `compliance with ${name}`), having({ ...privacy, compliance: withoutItem(compliance, index) })];
    }),
  ];
}

function limitDrops(document: RequestDocument): readonly Drop[] {
  const { limits } = document;
  const { budgetMicros, currency, latencyUs, latencyCoveragePpm, deadlineUs } = limits;
  const drops: Drop[] = [];
  const drop = (name: string, words: string, changed: RequestDocument["limits"]): void => {
    drops.push([dropped("limit", `limits.${name}`, `the request's ${words}`), { ...document, limits: changed }]);
  };
  if (budgetMicros !== undefined) drop("budget_micros", `budget of ${decimal(budgetMicros)}${currency === undefined ? "" : ` ${currency}`}`, without(limits, "budgetMicros"));
  if (latencyUs !== undefined) drop("latency_us", `latency of at most ${milliseconds(latencyUs)}`, without(limits, "latencyUs"));
  if (latencyCoveragePpm !== undefined) drop("latency_coverage_ppm", `coverage of its latency (${decimal(latencyCoveragePpm)})`, without(limits, "latencyCoveragePpm"));
  if (deadlineUs !== undefined) drop("deadline_us", `deadline of ${milliseconds(deadlineUs)}`, without(limits, "deadlineUs"));
  return drops;
}

function dropped(kind: DroppedDemand["kind"], place: string, words: string): DroppedDemand {
  return { kind, place, words };
}
