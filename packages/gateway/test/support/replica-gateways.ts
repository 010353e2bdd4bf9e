import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InProcessExecutor, type InProcessTarget } from "@caio/adapters";
import { installedPostgres, sharedPostgres } from "@caio/fakes";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey, type KeyGrant, type KeyLimits } from "@caio/security";
import { openPostgresStores, openReplicaLinks, type ReplicaLinks, type SqlStores } from "@caio/store-sql";
import { generateSigningKey, type SigningKey } from "@caio/traceability";
import { onTestFinished } from "vitest";

import { ADMIN, asInstance, openGateway, openPostgresRates, parseGatewayConfig, systemClock, systemDoor, witnessFile, type Gateway } from "../../src/index.ts";

const installed = installedPostgres();
if ("missing" in installed) console.log(`Not run: tests of several gateways over PostgreSQL. ${installed.missing}`);

/** Whether there is a PostgreSQL to test with. */
export const hasPostgres = !("missing" in installed);

const shiftMs = Date.UTC(2026, 0, 15, 12) - systemDoor.now();
/** A clock by which a test begins at noon: none is to see a new day begin, and with it a new budget. */
export const noonDoor = { ...systemDoor, now: () => systemDoor.now() + shiftMs };

/** One of several gateways, listening. */
export interface ReplicaGateway extends Gateway {
  readonly name: string;
  readonly address: string;
  readonly stores: SqlStores;
  readonly links: ReplicaLinks;
  readonly signingKey: SigningKey;
  readonly faults: readonly string[];
  ask(path: string, options?: RequestInit & { readonly key?: string }): Promise<Response>;
}

/** Gateways over one schema of their own, each with a data folder and a key. */
export class Deployment {
  readonly admin: string;
  readonly #url: string;
  readonly #schema: string;
  readonly #targets: Readonly<Record<string, InProcessTarget>>;
  readonly #config: string;
  readonly #folder: string;
  /** An instance that is started again has the key that it had. */
  readonly #keys = new Map<string, SigningKey>();

  private constructor(parts: { readonly url: string; readonly schema: string; readonly targets: Readonly<Record<string, InProcessTarget>>; readonly config: string; readonly folder: string; readonly admin: string }) {
    this.#url = parts.url;
    this.#schema = parts.schema;
    this.#targets = parts.targets;
    this.#config = parts.config;
    this.#folder = parts.folder;
    this.admin = parts.admin;
  }

  static async make({ targets = {}, config = "", policy = "caio_policy: 1\nid: house\n", url }: { readonly targets?: Readonly<Record<string, InProcessTarget>>; readonly config?: string; readonly policy?: string; readonly url?: string } = {}): Promise<Deployment> {
    const database = url ?? (await sharedPostgres()).url();
    const schema = `g${randomBytes(5).toString("hex")}`;
    const folder = await mkdtemp(join(tmpdir(), "caio-replicas-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const stores = await openPostgresStores({ database, schema, instance: "setup" });
    await stores.policies.put(parsePolicySet(policy));
    const admin = await keyIn(stores, { subject: "admin", permissions: ["chat", ADMIN] });
    await stores.close();
    return new Deployment({ url: database, schema, targets, config, folder, admin });
  }

  get schema(): string {
    return this.#schema;
  }

  /** @param url - of the database, if this one reaches it by another way */
  async start(name: string, { url = this.#url, config = "" }: { readonly url?: string; readonly config?: string } = {}): Promise<ReplicaGateway> {
    const place = { database: url, schema: this.#schema, instance: name };
    const signingKey = this.#keys.get(name) ?? generateSigningKey();
    this.#keys.set(name, signingKey);
    const opened = await openPostgresStores({ ...place, patienceMs: 500, answerMs: 20_000, busyTimeoutMs: 20_000 });
    const links = openReplicaLinks({ ...place, chance: Math.random });
    const rates = await openPostgresRates({ url, schema: this.#schema });
    const close = async (): Promise<void> => {
      await links.close();
      await rates.close();
      await opened.close();
    };
    const faults: string[] = [];
    const stores = { ...opened, close };
    const gateway = await openGateway(
      asInstance(parseGatewayConfig(`caio_gateway: 1\nlisten: { port: 0 }\norigin: caio.example\nlog: { level: silent }\n${this.#config}${config}`), name),
      {
        ...{ stores, signingKey, clock: systemClock, door: noonDoor },
        executor: new InProcessExecutor({ services: new Map(Object.entries(this.#targets)) }),
        replica: { instance: name, news: links.news, directory: links.directory, rates, witnessed: witnessFile(join(this.#folder, `${name}.json`)), chance: Math.random },
        onFault: (where, fault) => faults.push(`${where}: ${fault instanceof Error ? fault.message : "unknown"}`),
      },
      "house",
    );
    let closed = false;
    const address = await gateway.listen();
    const once = async (): Promise<void> => {
      if (!closed) await gateway.close();
      closed = true;
    };
    onTestFinished(once);
    const ask: ReplicaGateway["ask"] = (path, { key = this.admin, headers, ...options } = {}) =>
      fetch(address + path, { ...options, headers: { authorization: `Bearer ${key}`, ...(typeof options.body === "string" ? { "content-type": "application/json" } : {}), ...(headers as Record<string, string> | undefined) } });
    return { ...gateway, close: once, name, address, stores: opened, links, signingKey, faults, ask };
  }
}

/** A key of the store, with its text. */
export async function keyIn({ keys }: Pick<SqlStores, "keys">, grant: Partial<KeyGrant>, limits?: KeyLimits): Promise<string> {
  const whole = { subject: "test", issuer: "house", tenant: "acme", permissions: ["chat"], trust: 8, ...grant };
  const { key, record } = issueApiKey(whole, { now: noonDoor.now(), random: (size) => randomBytes(size), ...(limits === undefined ? {} : { limits }) });
  await keys.add(record);
  return key;
}
