import { CaioError } from "@caio/core";

import type { GatewayConfig } from "../../config/gateway-config.ts";
import { secretOf, type Environment } from "../../wiring/executors.ts";
import { GATEWAY_VERSION } from "../../wiring/gateway-core.ts";
import type { Tracing } from "./tracing.ts";

/**
 * Traces as the configuration asks for them; undefined if it does not. What sends them is loaded only then.
 *
 * @param onFault - told of spans that did not arrive, and of nothing that was in them
 * @throws CaioError `InvalidField` for a header whose secret cannot be had
 */
export async function openTracing(config: Pick<GatewayConfig, "telemetry" | "secrets">, environment: Environment, onFault: (fault: unknown) => void): Promise<Tracing | undefined> {
  const { endpoint, serviceName, samplePpm } = config.telemetry;
  if (endpoint === undefined) return undefined;
  const headers = await headersOf(config, environment);
  const { otlpTracing } = await import("./otlp-export.ts");
  return otlpTracing({ endpoint, headers, serviceName, version: GATEWAY_VERSION, samplePpm, onFault });
}

async function headersOf(config: Pick<GatewayConfig, "telemetry" | "secrets">, environment: Environment): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(config.telemetry.headers).map(async ([name, reference]): Promise<[string, string]> => {
      // What is thrown there may quote what it read.
      const value = await secretOf(reference, config, environment).catch(() => "");
      if (!/^[\x20-\x7e]{1,8192}$/.test(value)) throw noSecret(name, reference);
      return [name, value];
    }),
  );
  return Object.fromEntries(found);
}

function noSecret(name: string, reference: string): CaioError<"InvalidField"> {
  const message = `telemetry.headers.${name}: the secret ${reference} cannot be had. List it under secrets, and set it.`;
  return new CaioError("InvalidField", message, { details: { header: name, secret: reference } });
}
