import { request as send } from "node:http";

import type { Swap } from "./judge.ts";

export interface OperatorOptions {
  readonly address: string;
  readonly key: string;
  /** Base URL of the service behind every contract. */
  readonly upstream: string;
  readonly random: () => number;
}

/** Milliseconds between two hot swaps. */
const PAUSE_MS = 150;
const SERVICES = ["alpha", "bravo", "charlie"] as const;
/** No answer to an edit by then counts as none, milliseconds: another one is made. */
const PATIENCE_MS = 15_000;

interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Who swaps contracts all the while, by whichever gateway the balancer gives. */
export class Operator {
  readonly #options: OperatorOptions;
  readonly swaps: Swap[] = [];
  /** What edits were refused with. */
  readonly refused: string[] = [];
  #version = 1;
  #stopped = false;
  #swapping: Promise<void> = Promise.resolve();

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  async furnish(): Promise<void> {
    for (const service of SERVICES) await this.#must("POST", "/api/v1/services", contractOf(service, 1, this.#options.upstream));
  }

  /** @param dayMicros - what it may spend a day; absent: it has no budget. @returns the key, which is made by whoever can */
  async makeKey(dayMicros?: number): Promise<string> {
    const limits = { requests_per_minute: 10_000_000, ...(dayMicros === undefined ? {} : { budget: { day_micros: dayMicros } }) };
    const { key } = await this.#must("POST", "/api/v1/keys", { subject: "campaign", tenant: "acme", permissions: ["chat"], trust: 8, limits });
    return String(key);
  }

  start(): void {
    this.#swapping = this.#swapOn();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#swapping;
  }

  async #swapOn(): Promise<void> {
    while (!this.#stopped) {
      const service = SERVICES[Math.floor(this.#options.random() * SERVICES.length)] ?? "alpha";
      const answer = await this.#ask("PUT", `/api/v1/services/${service}`, contractOf(service, ++this.#version, this.#options.upstream));
      const epoch = answer?.body["epoch"];
      if (typeof epoch === "number") this.swaps.push({ epoch, ackedAt: Date.now() });
      else this.refused.push(answer === undefined ? "no answer" : `${String(answer.status)} ${codeOf(answer)}`);
      await new Promise((later) => setTimeout(later, PAUSE_MS));
    }
  }

  /** Until somebody takes it. */
  async #must(method: string, path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    for (let left = 100; left > 0; left--) {
      const answer = await this.#ask(method, path, body);
      if (answer !== undefined && answer.status < 300) return answer.body;
      await new Promise((later) => setTimeout(later, 300));
    }
    throw new Error(`${method} ${path} was refused for half a minute.`);
  }

  #ask(method: string, path: string, body: object): Promise<Answered | undefined> {
    const { address, key } = this.#options;
    const text = JSON.stringify(body);
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    return new Promise((resolve) => {
      const asked = send(address + path, { method, headers, agent: false, timeout: PATIENCE_MS }, (answer) => {
        let heard = "";
        answer.setEncoding("utf8").on("data", (piece: string) => { heard += piece; });
        answer.on("error", () => { resolve(undefined); });
        answer.on("end", () => { resolve(read(answer.statusCode ?? 0, heard)); });
      });
      asked.on("timeout", () => { asked.destroy(); });
      asked.on("error", () => { resolve(undefined); });
      asked.end(text);
    });
  }
}

function read(status: number, text: string): Answered | undefined {
  try {
    return { status, body: JSON.parse(text) as Readonly<Record<string, unknown>> };
  } catch {
    return undefined;
  }
}

function codeOf({ body }: Answered): string {
  const error = body["error"];
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "untyped";
}

function contractOf(service: string, version: number, upstream: string): object {
  return {
    ...{ service_id: service, version: `1.0.${String(version)}`, capabilities: ["inference.chat"], access: { public: true } },
    ...{ models: [{ id: `${service}-1` }], api: { protocol: "openai", base_url: upstream }, privacy: { data_locality: "local" } },
    cost: { model: "per_request", base_cost: "0.0001", currency: "USD" },
  };
}
