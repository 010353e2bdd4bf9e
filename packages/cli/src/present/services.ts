import { effectiveContract, promisedLatencyUs, type Cost } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import { decimal, milliseconds } from "@caio/orchestrator";
import { effectiveTypes, type ServiceEntry } from "@caio/registry";

import { oneLine } from "./plain-text.ts";
import type { Style } from "./style.ts";
import { tableText } from "./table.ts";

const P95_PPM = 950_000;

/** Services as a table: what they offer, where, at what price and latency. */
export function servicesTable(entries: readonly ServiceEntry[], style: Style): string {
  if (entries.length === 0) return "No service matches.\n";
  const head = ["service", "version", "models", "capabilities", "locality", "cost", "p95", "name"];
  return tableText(head, entries.map(rowOf), style);
}

/** The same for machines: the normalised contract with its digest. */
export function servicesJson(entries: readonly ServiceEntry[]): JsonValue {
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
