import { isToolLister } from "@caio/adapters";
import type { ServiceContract, ServiceExecutor } from "@caio/contracts";
import { isCaioError } from "@caio/core";

import { oneLine } from "../present/plain-text.ts";
import type { Finding, Tell } from "./finding.ts";

/** So many are asked at once. */
const AT_ONCE = 8;

export interface AskTerms {
  /** Milliseconds for each service. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Told after each. */
  readonly done: () => void;
}

/** Asks every service whether it is there and speaks what its contract says, in the way that costs nothing: models are listed, and none is run. */
export async function examineServices(contracts: readonly ServiceContract[], executor: ServiceExecutor, terms: AskTerms, tell: Tell): Promise<void> {
  const left = [...contracts];
  const worker = async (): Promise<void> => {
    for (let contract = left.shift(); contract !== undefined && !terms.signal.aborted; contract = left.shift()) {
      const finding = await examineService(contract, executor, terms);
      tell({ part: "services", about: contract.serviceId, ...finding });
      terms.done();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

type Found = Omit<Finding, "part" | "about">;

async function examineService(contract: ServiceContract, executor: ServiceExecutor, { patienceMs, signal }: AskTerms): Promise<Found> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const { protocol } = contract.api;
  if (protocol === "mcp" && isToolLister(executor)) return await examineTools(contract, (signalled) => executor.listTools(contract, signalled), bounded);
  if (protocol === "nats") return { level: "note", found: "it is reached through NATS, which was not asked" };
  const asked = withHealth(contract);
  const { healthy, reason = "" } = await executor.health(asked, bounded);
  if (healthy) return { level: "ok", found: `answers at ${placeOf(asked)}` };
  const said = oneLine(reason.replace(`Service ${contract.serviceId}: `, ""));
  const { auth } = contract.api;
  if (auth !== undefined && reason.includes(`the secret ${auth.secret}`)) return { level: "wrong", found: `was not asked: ${auth.secret} cannot be had`, next: "Set it, and look again." };
  // An answer of any kind shows that something is there; only a health path of the contract's own must say more.
  const status = /HTTP status (\d{3})/.exec(reason)?.[1];
  if (status === "401" || status === "403") return { level: "wrong", found: `answers, and refuses the key (${status})`, next: auth === undefined ? "Its contract names no secret: say api.auth." : `Check what ${auth.secret} holds.` };
  if (contract.api.health === undefined && reason.includes("the answer")) return { level: protocol === "http" ? "ok" : "note", found: status === undefined ? said : `something answers there (${status}), and does not say whether it is well`, ...(protocol === "http" ? {} : { next: "Say api.health in its contract, if it has such a path." }) };
  return { level: "wrong", found: said, next: contract.api.baseUrl === undefined ? "Start it." : `Start it, or correct base_url in its contract (${contract.api.baseUrl}).` };
}

/** A contract without a health path: OpenAI's API lists its models, and of another the base alone is asked. */
function withHealth(contract: ServiceContract): ServiceContract {
  const { api } = contract;
  if (api.health !== undefined || api.protocol === "a2a" || api.baseUrl === undefined) return contract;
  const path = api.protocol === "openai" ? "/models" : "/";
  return { ...contract, api: { ...api, health: { path, intervalMs: 0 } } };
}

function placeOf({ api }: ServiceContract): string {
  return api.baseUrl === undefined ? api.protocol : `${api.baseUrl.replace(/\/$/, "")}${api.health?.path ?? ""}`;
}

async function examineTools(contract: ServiceContract, list: (signal: AbortSignal) => Promise<readonly { readonly name: string }[]>, signal: AbortSignal): Promise<Found> {
  try {
    const names = (await list(signal)).map(({ name }) => name);
    const missing = contract.api.endpoints.flatMap(({ tool }) => (tool === undefined || names.includes(tool) ? [] : [tool]));
    if (missing.length > 0) return { level: "wrong", found: `has no tool ${oneLine(missing.join(", "))}, which its contract offers`, next: `Correct its endpoints. It has: ${oneLine(names.slice(0, 20).join(", "))}` };
    return { level: "ok", found: `answers, with the ${String(contract.api.endpoints.length)} tools of its contract` };
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return { level: "wrong", found: oneLine(error.message.replace(`Service ${contract.serviceId}: `, "")), next: "Check its command under mcp_servers, or its address, and that it starts by itself." };
  }
}
