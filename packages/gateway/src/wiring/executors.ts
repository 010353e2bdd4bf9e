import { readFile } from "node:fs/promises";

import { A2aExecutor, allowByLocality, HttpExecutor, McpExecutor, OpenAiExecutor, ProtocolDispatcher, type HttpTarget, type McpServerCommand } from "@caio/adapters";
import type { ServiceExecutor } from "@caio/contracts";

import type { GatewayConfig, McpServer } from "../config/gateway-config.ts";

/** The variables of the process that a gateway runs in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Executors for all protocols that reach outside, under what the operator allows (addresses, secrets, programs).
 *
 * @param more - of further protocols: those of a fabric
 */
export function executorsOf(config: GatewayConfig, environment: Environment, more: readonly ServiceExecutor[] = []): ServiceExecutor {
  const outside = { allow: allowOf(config), resolveSecret: (reference: string) => secretOf(reference, config, environment) };
  const servers = Object.fromEntries(Object.entries(config.mcpServers).map(([name, server]) => [name, commandOf(server, environment)]));
  return new ProtocolDispatcher([new HttpExecutor(outside), new OpenAiExecutor(outside), new McpExecutor({ servers, http: outside }), new A2aExecutor(outside), ...more]);
}

/** Addresses that their locality allows, and origins that the operator names. */
export function allowOf({ egress }: Pick<GatewayConfig, "egress">): (target: HttpTarget) => boolean {
  const named = new Set(egress.map((origin) => new URL(origin).origin));
  return (target) => named.has(target.origin) || allowByLocality(target);
}

/** Only references that the operator lists are looked up: a contract cannot ask for any variable or file that is there. */
export async function secretOf(reference: string, { secrets }: Pick<GatewayConfig, "secrets">, environment: Environment): Promise<string> {
  if (!secrets.includes(reference)) throw new Error("The configuration does not list this secret.");
  if (reference.startsWith("env:")) return environment[reference.slice("env:".length)] ?? "";
  if (reference.startsWith("file:")) return (await readFile(reference.slice("file:".length), "utf8")).trim();
  throw new Error("A secret is env:NAME or file:/path.");
}

/** A server gets the variables that the operator names, and a path to find its program by. */
function commandOf({ command, args, environment: names }: McpServer, environment: Environment): McpServerCommand {
  const env = Object.fromEntries(["PATH", ...names].flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
  return { command, args, env };
}
