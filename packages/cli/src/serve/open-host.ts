import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { ServiceContract, ServiceExecutor } from "@caio/contracts";
import { dashboardFolder } from "@caio/dashboard";
import { ADMIN, executorsOf, monitorFile, qualityFile, openEncoder, openFabric, openGateway, openTracing, registrationOf, systemClock, systemDoor, tokenDoorsOf, type Environment, type Fabric, type Gateway, type GatewayConfig, type OpenedEncoder } from "@caio/gateway";
import { effectivePolicy, parsePolicySet } from "@caio/rules";
import { issueApiKey, type KeyGrant, type KeyStore } from "@caio/security";
import type { SqlStores } from "@caio/store-sql";
import { KeyRing, type VerifierKey } from "@caio/traceability";

import { loadRegistry } from "../load/contracts-folder.ts";
import { loadPolicies } from "../load/policies.ts";
import { readText } from "../load/read-text.ts";
import { readValueModel } from "../load/value-model.ts";
import { signingKey } from "../proof/signing-key.ts";
import { bringContracts } from "./bring-contracts.ts";
import { openStores } from "./open-stores.ts";

/** What serving needs beside the configuration. */
export interface HostOptions {
  readonly config: GatewayConfig;
  /** Paths of the configuration are relative to this folder. */
  readonly folder: string;
  /** Variables that secrets and MCP servers may refer to. */
  readonly environment?: Environment;
  /** Beside those of the configuration's folder. */
  readonly contracts?: readonly ServiceContract[];
  /** Takes the admin's key, which is made at the first start, before it counts; absent: it is given back, to be shown. */
  readonly keepAdminKey?: ((key: string) => Promise<void>) | undefined;
  /** A key for this caller is made at every start; its text is in `callerKey`. */
  readonly caller?: KeyGrant;
  /** Instead of the executors that the configuration describes. */
  readonly executor?: ServiceExecutor;
  /** Told of what went wrong beside a request. */
  readonly onFault: (where: string, fault: unknown) => void;
}

/** A gateway over its file, ready to listen. */
export interface Host {
  readonly gateway: Gateway;
  /** Made at the first start, and shown once. */
  readonly adminKey: string | undefined;
  readonly callerKey: string | undefined;
  readonly services: number;
}

/**
 * Opens the stores, brings in what the folders hold, and opens the gateway over them.
 *
 * @throws CaioError for whatever is wrong with a file
 */
export async function openHost({ config, folder, environment = {}, contracts = [], keepAdminKey, caller, executor, onFault }: HostOptions): Promise<Host> {
  const place = (path: string): string => resolve(folder, path);
  // Instances of one machine, and of one configuration, have a folder and a key each.
  const data = config.store === undefined || config.instance === undefined ? place(config.data) : join(place(config.data), config.instance);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const { key } = await signingKey({ file: join(data, "signing-key.pem"), mayMake: true });
  const { stores, replica } = await openStores(config, data, environment, Math.random);
  let fabric: Fabric | undefined;
  let encoder: OpenedEncoder | undefined;
  try {
    const encoding = await openEncoder(config, environment);
    encoder = encoding;
    const base = await bringPolicies(stores, config, place);
    const inFolder = config.contracts === undefined ? [] : (await loadRegistry(place(config.contracts), encoder)).services;
    const services = await bringContracts(stores, [...inFolder, ...(await Promise.all(contracts.map((contract) => registrationOf(contract, encoding))))]);
    const first = (await stores.keys.list()).length === 0;
    const adminKey = first ? await newKey(stores.keys, admin, keepAdminKey) : undefined;
    const callerKey = caller === undefined ? undefined : await newKey(stores.keys, caller);
    const tokens = tokenDoorsOf(config, place);
    const monitor = monitorFile(join(data, "monitor.json"));
    const quality = qualityFile(join(data, "quality.json"));
    const tracing = await openTracing(config, process.env, (fault) => { onFault("telemetry", fault); });
    fabric = await openFabric(config, { environment, place, encoder, clock: systemClock, door: systemDoor, onFault });
    const values = config.learning.model === undefined ? undefined : await readValueModel(place(config.learning.model));
    const ports = { stores, encoder, ...(values === undefined ? {} : { values }), executor: executor ?? executorsOf(config, environment, fabric?.executors), signingKey: key, earlierKeys: await earlierKeys(join(data, "earlier-keys.pub")), clock: systemClock, door: systemDoor, tokens, monitor, quality, pages: dashboardFolder, onFault, ...(replica === undefined ? {} : { replica }), ...(tracing === undefined ? {} : { tracing }), ...(fabric === undefined ? {} : { fabric }) };
    const gateway = await openGateway(config, ports, base);
    return { gateway, adminKey, callerKey, services };
  } catch (error) {
    await fabric?.stop();
    await encoder?.close?.();
    await stores.close();
    throw error;
  }
}

/** The public keys that signed the log before: what `/api/v1/log/key` said then. */
async function earlierKeys(file: string): Promise<readonly VerifierKey[]> {
  return existsSync(file) ? KeyRing.parseVerifiers(await readText(file, "InvalidProof")) : [];
}

/** The policies of the files become versions where they say something new. The id of the base policy. */
async function bringPolicies({ policies }: SqlStores, config: GatewayConfig, place: (path: string) => string): Promise<string> {
  const change = { actor: "configuration", at: systemDoor.now() };
  if (config.policy === undefined) {
    const [known] = await policies.list();
    const base = known?.policy ?? parsePolicySet("caio_policy: 1\nid: house\n");
    if (known === undefined) await policies.put(base, change);
    return base.id;
  }
  const file = place(config.policy);
  const { base, named } = await loadPolicies(file, config.policies === undefined ? join(dirname(file), "policies") : place(config.policies)).catch(async (error: unknown) => {
    if (config.policies !== undefined) throw error;
    return await loadPolicies(file);
  });
  // One that no request could name says so at the start and not at each request.
  for (const policy of Object.values(named)) effectivePolicy(base, [policy]);
  await policies.putAll([base, ...Object.values(named)], change);
  return base.id;
}

/** Who may do everything. */
export const admin: KeyGrant = { subject: "admin", issuer: "gateway", tenant: "default", permissions: [ADMIN], trust: 10 };

async function newKey(keys: KeyStore, grant: KeyGrant, keep?: (key: string) => Promise<void>): Promise<string> {
  const { key, record } = issueApiKey(grant, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await keep?.(key);
  await keys.add(record);
  return key;
}
