import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { CaioError } from "@caio/core";
import { parseGatewayConfig, type GatewayConfig } from "@caio/gateway/config";

import { readText } from "../load/read-text.ts";
import type { DocumentPlace } from "./document-watch.ts";

/** A folder that is worked on, as a gateway of this machine alone serves it. */
export interface DevFolder {
  readonly folder: string;
  readonly config: GatewayConfig;
  /** Where contracts are; undefined: nowhere. */
  readonly contracts: string | undefined;
  readonly policy: string | undefined;
  readonly policies: string | undefined;
  /** All that is watched. */
  readonly places: readonly DocumentPlace[];
}

export interface DevTerms {
  readonly port?: number | undefined;
  /** Where decisions, keys and the log of this folder are kept, beside those of a gateway that serves it. */
  readonly data: string;
}

/**
 * What a folder says, and what it leaves out by what is there: `contracts/`, `policy.yaml`, `policies/`. It listens on this machine alone, has
 * a store of its own, and connects to no database and no fabric that others share.
 *
 * @throws CaioError `NotFound` for a folder in which nothing of this is, `InvalidField` for a configuration that is wrong
 */
export async function devFolder(folder: string, { port, data }: DevTerms): Promise<DevFolder> {
  const file = join(folder, "caio.yaml");
  const said = parseGatewayConfig(existsSync(file) ? await readText(file, "InvalidField") : "caio_gateway: 1\n", { file });
  const there = (name: string): string | undefined => (existsSync(join(folder, name)) ? name : undefined);
  const [contracts, policy] = [said.contracts ?? there("contracts"), said.policy ?? there("policy.yaml")];
  if (contracts === undefined && policy === undefined) throw nothingHere(folder);
  const policies = said.policies ?? (policy === undefined ? undefined : join(policy, "..", "policies"));
  const place = (path: string): string => resolve(folder, path);
  const config: GatewayConfig = { ...said, store: undefined, instance: undefined, nats: undefined, listen: { host: "127.0.0.1", port: port ?? said.listen.port }, data, contracts, policy, log: { level: "warn" } };
  return {
    folder,
    config,
    contracts: contracts === undefined ? undefined : place(contracts),
    policy: policy === undefined ? undefined : place(policy),
    policies: policies === undefined ? undefined : place(policies),
    places: [
      { kind: "file", path: resolve(file) },
      ...(contracts === undefined ? [] : [{ kind: "folder", path: place(contracts) } as const]),
      ...(policy === undefined ? [] : [{ kind: "file", path: place(policy) } as const]),
      ...(policies === undefined ? [] : [{ kind: "folder", path: place(policies) } as const]),
    ],
  };
}

function nothingHere(folder: string): CaioError<"NotFound"> {
  return new CaioError("NotFound", `${folder}: found no caio.yaml, no contracts/ and no policy.yaml here. Make them: caio init ${folder}`, { details: { file: folder } });
}
