import { effectiveContract, promisedLatencyUs, type Cost } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import { decimal, milliseconds } from "@caio/orchestrator";
import { effectiveTypes, type ServiceEntry } from "@caio/registry";

import { oneLine } from "./plain-text.ts";
import type { Style } from "./style.ts";
import type { ServedList } from "../remote/service-answer.ts";
import { tableLook, type Look } from "../watch/look.ts";

const P95_PPM = 950_000;

/** Services as a table: what they offer, where, at what price and latency. */
export function servicesLook(entries: readonly ServiceEntry[], style: Style): Look {
  const columns = ["service", { title: "version", as: "figure" }, "models", "capabilities", "locality", "cost", { title: "p95", as: "figure" }, "name"] as const;
  return tableLook(columns, entries.map(rowOf), { style, empty: "No service matches.", value: servicesJson(entries) });
}

/** Services of a running gateway, which does not say how they are reached. */
export function servedLook({ services }: ServedList, whole: JsonValue, style: Style): Look {
  const columns = ["service", { title: "version", as: "figure" }, "models", "capabilities", "locality", "state", "name"] as const;
  const rows = services.map(({ service_id: id, version, draining, contract: { models = [], capabilities, privacy, name } }) => [
    id, oneLine(version), String(models.length), oneLine(capabilities.map(({ type }) => type).join(", ")), oneLine(privacy?.data_locality ?? "unsaid"), draining ? style.yellow("draining") : "in use", oneLine(name ?? ""),
  ]);
  return tableLook(columns, rows, { style, empty: "No service matches.", value: whole });
}

/** The same for machines: the normalised contract with its digest. */
function servicesJson(entries: readonly ServiceEntry[]): JsonValue {
  return entries.map(({ contractDigest, draining, wire }) => ({ contract_digest: contractDigest, draining, contract: wire }));
}

function rowOf({ contract }: ServiceEntry): readonly string[] {
  const { serviceId, version, models, privacy, name } = contract;
  const effective = effectiveContract(contract, models[0]?.id ?? null);
  const latency = promisedLatencyUs(effective?.guarantees ?? [], [], P95_PPM);
  return [
    serviceId,
    version,
    String(models.length),
    effectiveTypes(contract).join(", "),
    privacy.dataLocality ?? "unsaid",
    costText(effective?.cost),
    latency === undefined ? "unsaid" : milliseconds(latency),
    oneLine(name ?? ""),
  ];
}

function costText(cost: Cost | undefined): string {
  if (cost === undefined) return "unsaid";
  if (cost.model === "free") return "free";
  const amount = cost.model === "per_token" ? cost.inputTokenPico : cost.model === "per_second" ? cost.secondPico : cost.basePico;
  return `${decimal(amount / 1_000_000)} ${cost.currency} ${cost.model}`;
}
