import { EmbeddingsEncoder } from "@caio/adapters";
import { HashingEncoder, type AsyncEncoder, type Encoder } from "@caio/control";
import { CaioError, isCaioError } from "@caio/core";

import type { EndpointTerms } from "../config/encoder-terms.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { allowOf, type Environment } from "./executors.ts";

/** An encoder that may have something to close: a thread, connections. */
export type OpenedEncoder = (Encoder | AsyncEncoder) & { close?(): Promise<void> };

const foreignCodes = ["DeadlineExceeded", "ExecutionFailed", "InvalidField", "Overloaded", "ServiceUnavailable"] as const;

/**
 * The encoder that the configuration names. What another than the default needs is loaded only for it.
 *
 * @throws CaioError `NotFound` if its package is not installed, `InvalidField` for a key that cannot be had, `ServiceUnavailable` if its model
 *   cannot be loaded
 */
export async function openEncoder(config: Pick<GatewayConfig, "encoder" | "egress">, environment: Environment): Promise<OpenedEncoder> {
  const { kind, endpoint } = config.encoder;
  if (kind === "use") return await openUse();
  if (kind === "endpoint" && endpoint !== undefined) return openEndpoint(endpoint, config, environment);
  return new HashingEncoder();
}

async function openUse(): Promise<OpenedEncoder> {
  const { openUseEncoder } = await import("@caio/encoder-use").catch((cause: unknown): never => {
    throw new CaioError("NotFound", "encoder.kind: use needs a package that is not installed. Install it: npm i @caio/encoder-use", { details: { package: "@caio/encoder-use" }, cause });
  });
  const encoder = openUseEncoder();
  // A gateway that cannot encode says so at its start and not at each request.
  await own(encoder.ready());
  return {
    id: encoder.id,
    encode: (text) => own(encoder.encode(text)),
    features: (text) => own(encoder.features(text)),
    encodeAll: (texts) => own(encoder.encodeAll(texts)),
    close: () => encoder.close(),
  };
}

/** What a package says that was installed apart, with a copy of the core beside it, is no error of this core until it is made one. */
async function own<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const code = isCaioError(error) || !(error instanceof Error) || !("code" in error) ? undefined : foreignCodes.find((known) => known === error.code);
    if (code === undefined || !(error instanceof Error)) throw error;
    throw new CaioError(code, error.message, { cause: error });
  }
}

function openEndpoint({ keyEnv, locality, id, ...terms }: EndpointTerms, config: Pick<GatewayConfig, "egress">, environment: Environment): OpenedEncoder {
  const key = keyEnv === undefined ? undefined : environment[keyEnv];
  if (keyEnv !== undefined && (key === undefined || key.trim() === "")) {
    throw new CaioError("InvalidField", `encoder.endpoint.key_env: the variable ${keyEnv} is not set. Set it, or leave key_env out for an endpoint that asks for no key.`, { details: { path: "encoder.endpoint.key_env", variable: keyEnv } });
  }
  return new EmbeddingsEncoder({
    ...terms,
    ...(locality === undefined ? {} : { locality }),
    ...(id === undefined ? {} : { id }),
    ...(key === undefined ? {} : { auth: { scheme: "bearer" as const, secret: "env:ENCODER_KEY" } }),
    // The operator names the variable in the configuration itself: it need not be among the secrets that contracts may use.
    http: { allow: allowOf(config), resolveSecret: () => key?.trim() ?? "" },
  });
}
