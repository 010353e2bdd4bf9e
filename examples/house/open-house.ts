import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import type { ServiceExecutor } from "@caio/contracts";
import { ADMIN, executorsOf, openGateway, parseGatewayConfig, systemClock, systemDoor, type GatewayPorts } from "@caio/gateway";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey, type KeyGrant } from "@caio/security";
import { openSqlStores } from "@caio/store-sql";
import { generateSigningKey } from "@caio/traceability";

import { HouseCaller } from "./house-caller.ts";

/** What a house is opened from. */
export interface HouseOptions {
  /** Holds `caio.yaml`, `policy.yaml` and `contracts/`. */
  readonly folder: URL;
  /** Texts of these files by what stands in their place: addresses of services that listen on any free port, a folder of this run. */
  readonly inPlaceOf?: Readonly<Record<string, string>>;
  /** Variables that `caio.yaml` may name, beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of protocols that the gateway does not speak by itself. */
  readonly executors?: readonly ServiceExecutor[];
  /** What else this house gives its gateway. */
  readonly ports?: Partial<GatewayPorts>;
}

/** A gateway that listens, over a database in a folder of its own that goes with it. */
export interface House {
  readonly url: string;
  /** May do everything but approve for others what it asked itself. */
  readonly admin: HouseCaller;
  /** A caller with a key that the admin makes: the members are those of `POST /api/v1/keys`. */
  callerWith(key: KeyWanted): Promise<HouseCaller>;
  /** All bytes that are kept: the database with what is still on its way into it. */
  kept(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A key as `POST /api/v1/keys` takes it. */
export interface KeyWanted {
  readonly subject: string;
  readonly tenant: string;
  readonly permissions?: readonly string[];
  readonly trust?: number;
  readonly limits?: { readonly budget?: { readonly day_micros: number } };
}

/** Programs that packages of this repository bring along, such as MCP servers. */
const PROGRAMS = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules/.bin");

/**
 * Opens a gateway as `caio serve` does, from the files of a folder, inside this process: stores, the base policy, an admin's key, and
 * then the contracts, which the admin registers over HTTP like everything that follows.
 *
 * @throws CaioError for whatever is wrong with a file
 */
export async function openHouse({ folder, inPlaceOf = {}, environment: own = {}, executors = [], ports = {} }: HouseOptions): Promise<House> {
  const read = async (path: string): Promise<string> => {
    const text = await readFile(new URL(path, folder), "utf8");
    return Object.entries(inPlaceOf).reduce((sum, [written, real]) => sum.replaceAll(written, real), text);
  };
  const data = await mkdtemp(join(tmpdir(), "caio-house-"));
  const stores = await openSqlStores({ file: join(data, "caio.db") });
  const policy = parsePolicySet(await read("policy.yaml"), { file: "policy.yaml" });
  await stores.policies.put(policy, { actor: "configuration", at: systemDoor.now() });
  const { key, record } = issueApiKey(adminGrant, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await stores.keys.add(record);
  const config = parseGatewayConfig(await read("caio.yaml"), { file: "caio.yaml" });
  const environment = { ...process.env, ...own, PATH: `${PROGRAMS}${delimiter}${process.env["PATH"] ?? ""}` };
  const executor = executorsOf(config, environment, executors);
  const gateway = await openGateway(config, { stores, executor, signingKey: generateSigningKey(), clock: systemClock, door: systemDoor, onFault: report, ...ports }, policy.id);
  const close = async (): Promise<void> => {
    await gateway.close();
    await rm(data, { recursive: true, force: true });
  };
  try {
    const url = await gateway.listen();
    const admin = new HouseCaller(url, key);
    for (const name of (await readdir(new URL("contracts/", folder))).sort()) {
      await admin.send("POST", "/api/v1/services", await read(`contracts/${name}`));
    }
    return { url, admin, close, kept: () => filesIn(data), callerWith: (wanted) => callerWith(admin, url, wanted) };
  } catch (error) {
    await close();
    throw error;
  }
}

const adminGrant: KeyGrant = { subject: "admin", issuer: "gateway", tenant: "house", permissions: [ADMIN], trust: 10 };

async function filesIn(folder: string): Promise<Uint8Array> {
  const names = await readdir(folder);
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))));
}

async function callerWith(admin: HouseCaller, url: string, wanted: KeyWanted): Promise<HouseCaller> {
  const { body } = await admin.send("POST", "/api/v1/keys", wanted);
  return new HouseCaller(url, String(body["key"]), String(body["key_id"]));
}

function report(where: string, fault: unknown): void {
  process.stderr.write(`beside a request (${where}): ${fault instanceof Error ? fault.message : String(fault)}\n`);
}
