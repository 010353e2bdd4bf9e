import { ContractParser } from "@caio/contracts";
import { startNats, type NatsServers } from "@caio/fakes";
import { NatsLink, RegistryFollower, type RegistryFollowerStanding } from "@caio/nats";
import { ServiceRegistry } from "@caio/registry";
import type { NatsConnection } from "@nats-io/transport-node";

import { GatewayProcess } from "../../gateway/kill/gateway-process.ts";
import { echoContract } from "../echo-contract.ts";
import { EchoCopy } from "../echo-copy.ts";

export const ORIGIN = "campaign/gateway";
const SERVICES = ["echo-a", "echo-b"] as const;
const COPIES = 2;

/** Three NATS servers, a gateway, two services with two copies each, every one a process; and a registry here that follows the gateway's. */
export class NatsHouse {
  readonly servers: NatsServers;
  readonly gateway: GatewayProcess;
  readonly connection: NatsConnection;
  readonly registry = new ServiceRegistry();
  readonly #link: NatsLink;
  readonly #follower: RegistryFollower;
  readonly #copies: [string, EchoCopy][] = [];

  private constructor(servers: NatsServers, gateway: GatewayProcess, link: NatsLink, connection: NatsConnection) {
    this.servers = servers;
    this.gateway = gateway;
    this.connection = connection;
    this.#link = link;
    this.#follower = RegistryFollower.start({ connection, registry: this.registry, source: ORIGIN, now: () => performance.now() });
  }

  static async open(): Promise<NatsHouse> {
    const servers = await startNats({ nodes: 3 });
    const urls = servers.addresses.map((address) => `"nats://${address}"`).join(", ");
    const gateway = await GatewayProcess.open("error", `origin: ${ORIGIN}\nnats: { servers: [${urls}], replicas: 3, services: true, streams: true, registry: publish, beat_ms: 500 }\n`);
    const link = NatsLink.open({ servers: servers.addresses });
    const connection = await link.first();
    if (connection === undefined) throw new Error("There is no connection.");
    const house = new NatsHouse(servers, gateway, link, connection);
    for (const id of SERVICES) {
      for (let copy = 0; copy < COPIES; copy++) await house.#start(id);
      await gateway.ask("POST", "/api/v1/services", echoContract(id, { protocol: "nats" }));
    }
    await house.#follower.ready;
    return house;
  }

  get followed(): RegistryFollowerStanding {
    return this.#follower.standing;
  }

  /** SIGKILL for one copy of a service; how to start another one. */
  async killCopy(): Promise<() => Promise<void>> {
    const [id, copy] = this.#copies.shift() ?? [];
    if (id === undefined || copy === undefined) throw new Error("There is no copy.");
    await copy.kill();
    return () => this.#start(id);
  }

  /** Another version of a service: what is served stays. */
  async swap(version: string): Promise<void> {
    await this.gateway.ask("PUT", `/api/v1/services/${SERVICES[0]}`, { ...echoContract(SERVICES[0], { protocol: "nats" }), version });
  }

  /** The epoch of the gateway's registry. */
  async epoch(): Promise<number> {
    const { epoch } = (await this.gateway.ask("GET", "/health/ready")) as { readonly epoch: number };
    return epoch;
  }

  /** How many entries the log has, and how many of them the stream. */
  async copied(): Promise<{ readonly log: number; readonly stream: number }> {
    const metrics = String(await this.gateway.ask("GET", "/metrics"));
    const numberOf = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(metrics)?.[1] ?? Number.NaN);
    return { log: numberOf("caio_log_size"), stream: numberOf("caio_nats_log_published") };
  }

  async stop(): Promise<void> {
    await this.#follower.stop();
    await this.#link.close();
    await Promise.all(this.#copies.map(([, copy]) => copy.kill()));
    await this.gateway.remove();
    await this.servers.stop();
  }

  async #start(id: string): Promise<void> {
    new ContractParser().parseValue(echoContract(id, { protocol: "nats" }));
    this.#copies.push([id, await EchoCopy.start("nats", id, ...this.servers.addresses)]);
  }
}
