import { readFile } from "node:fs/promises";

import type { AsyncEncoder, Encoder } from "@caio/control";
import { CaioError } from "@caio/core";
import type { Clock } from "@caio/guarantees";
import type { Door } from "@caio/orchestrator";
import type { NatsCredentials } from "@caio/nats";

import type { GatewayConfig } from "../../config/gateway-config.ts";
import type { NatsReferences } from "../../config/nats-terms.ts";
import type { Environment } from "../executors.ts";
import type { Fabric } from "./fabric.ts";

export interface FabricOptions {
  readonly environment: Environment;
  /** Makes a path of the configuration absolute. */
  readonly place: (path: string) => string;
  /** What services of a registry that is followed have to be encoded with; absent: the hashing encoder. */
  readonly encoder?: Encoder | AsyncEncoder;
  readonly clock: Clock;
  readonly door: Pick<Door, "now">;
  /** Told of what stands in the way; it holds no secret. */
  readonly onFault: (where: string, fault: unknown) => void;
}

/**
 * The fabric that the configuration asks for; undefined if it does not. What speaks to NATS is loaded only then, and no server has to be
 * there yet.
 *
 * @throws CaioError `InvalidField` for a secret that cannot be had
 */
export async function openFabric(config: GatewayConfig, options: FabricOptions): Promise<Fabric | undefined> {
  const { nats } = config;
  if (nats === undefined) return undefined;
  const { environment, place, ...rest } = options;
  const credentials = nats.credentials === undefined ? undefined : await credentialsOf(nats.credentials, environment);
  const { ca, cert, key } = nats.tls ?? {};
  const tls = nats.tls === undefined ? undefined : { ...(ca === undefined ? {} : { caFile: place(ca) }), ...(cert === undefined ? {} : { certFile: place(cert) }), ...(key === undefined ? {} : { keyFile: place(key) }) };
  const { NatsFabric } = await import("./nats-fabric.ts");
  return new NatsFabric({ terms: nats, origin: config.origin, source: sharedOrigin(config), retention: config.retention, credentials, tls, ...rest });
}

/** Instances that share a registry show it under one name: it does not matter which of them writes. */
function sharedOrigin({ origin, instance }: GatewayConfig): string {
  return instance === undefined ? origin : origin.slice(0, -`/${instance}`.length);
}

async function credentialsOf({ creds, nkey, token, user, password }: NatsReferences, environment: Environment): Promise<NatsCredentials> {
  const read = (name: string, reference: string): Promise<string> => secretAt(`nats.credentials.${name}`, reference, environment);
  if (creds !== undefined) return { kind: "creds", text: await read("creds", creds) };
  if (nkey !== undefined) return { kind: "nkey", seed: await read("nkey", nkey) };
  if (token !== undefined) return { kind: "token", token: await read("token", token) };
  return { kind: "password", user: user ?? "", password: await read("password", password ?? "") };
}

/** The operator names these in the configuration itself, so that they need not be among the secrets that contracts may use. */
async function secretAt(path: string, reference: string, environment: Environment): Promise<string> {
  const name = reference.slice(reference.indexOf(":") + 1);
  // What is thrown there may quote what it read.
  const text = reference.startsWith("env:") ? environment[name] : await readFile(name, "utf8").catch(() => undefined);
  if (text !== undefined && text.trim() !== "") return text.trim();
  throw new CaioError("InvalidField", `${path}: the secret ${reference} cannot be had. Set it.`, { details: { path, secret: reference } });
}
