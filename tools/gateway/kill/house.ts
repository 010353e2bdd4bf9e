import type { GatewayProcess } from "./gateway-process.ts";
import { Service, type ServiceKind } from "./service.ts";

/** A gateway with its services, and an operator who can do what operators do. */
export class House {
  readonly #gateway: GatewayProcess;
  readonly #random: () => number;
  readonly #services = new Map<string, Service>();
  /** Those that were killed and are still registered. */
  #dead: readonly Service[] = [];
  /** Those that are being exchanged: each by one operation alone. */
  readonly #leaving = new Set<Service>();

  constructor(gateway: GatewayProcess, random: () => number) {
    this.#gateway = gateway;
    this.#random = random;
  }

  /** Starts so many services and registers them. */
  async furnish(count: number): Promise<void> {
    const kinds = Array.from({ length: count }, (_, at): ServiceKind => (at < Math.ceil((count * 5) / 8) ? "openai" : "http"));
    await Promise.all(kinds.map(async (kind, at) => { await this.#register(await Service.start(`${kind}-${String(at)}`, kind)); }));
  }

  /** SIGKILL for this share of the services, of each kind alike and at the same moment; 0 stands for one service. */
  async killShare(share: number): Promise<void> {
    const kinds: readonly ServiceKind[] = ["openai", "http"];
    this.#dead = share === 0 ? [this.#any("openai")] : kinds.flatMap((kind) => {
      const all = this.#shuffled(kind);
      return all.slice(0, Math.floor(all.length * share + (kind === "openai" ? 0.5 : 0)));
    });
    await Promise.all(this.#dead.map((service) => service.kill()));
  }

  /** Starts anew what was killed, at another address: the contract is swapped. */
  async repair(): Promise<void> {
    await Promise.all(this.#dead.map(async ({ id, kind, version }) => { await this.#swap(await Service.start(id, kind, version)); }));
    this.#dead = [];
  }

  /** Hot swap: another version in another process; the old one is killed once its last call has ended. */
  async swapOne(kind: ServiceKind): Promise<void> {
    const old = this.#leave(this.#any(kind));
    await this.#swap(await Service.start(old.id, kind, "1.1.0"));
    await old.left();
    await old.kill();
  }

  /** Another service takes over: the old one is drained, killed once its last call has ended, and taken away. */
  async replaceOne(kind: ServiceKind): Promise<void> {
    const old = this.#leave(this.#shuffled(kind).find(({ version }) => version === "1.0.0") ?? this.#any(kind));
    await this.#register(await Service.start(`${old.id}-b`, kind));
    this.#services.delete(old.id);
    await this.#gateway.ask("POST", `/api/v1/services/${old.id}/drain`);
    await old.left();
    await old.kill();
    await this.#gateway.ask("DELETE", `/api/v1/services/${old.id}`);
  }

  /** Kills the gateway where it stands, and starts it again over what it kept. */
  async killGateway(): Promise<void> {
    await this.#gateway.end("SIGKILL");
    await this.#gateway.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.kill()));
  }

  async #register(service: Service): Promise<void> {
    this.#services.set(service.id, service);
    await this.#gateway.ask("POST", "/api/v1/services", service.contract);
  }

  async #swap(service: Service): Promise<void> {
    this.#services.set(service.id, service);
    await this.#gateway.ask("PUT", `/api/v1/services/${service.id}`, service.contract);
  }

  #leave(service: Service): Service {
    this.#leaving.add(service);
    return service;
  }

  #any(kind: ServiceKind): Service {
    const [first] = this.#shuffled(kind);
    if (first === undefined) throw new Error(`There is no ${kind} service.`);
    return first;
  }

  #shuffled(kind: ServiceKind): readonly Service[] {
    return [...this.#services.values()].filter((service) => service.kind === kind && !this.#leaving.has(service)).map((service) => ({ service, order: this.#random() })).sort((a, b) => a.order - b.order).map(({ service }) => service);
  }
}
