import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import type { ServiceContract } from "@caio/contracts";
import { executorError, parseJsonOutput } from "@caio/contracts/executor";
import type { CaioError, JsonValue } from "@caio/core";

import type { LineProgram } from "./json-lines-executor.ts";

/** Bytes of a line; a program that says more is stopped. */
const MAX_LINE = 1024 * 1024;
const NEWLINE = 10;

interface Waiting {
  readonly resolve: (output: JsonValue) => void;
  readonly reject: (error: CaioError) => void;
}

/** One running program, and who waits for which of its lines. */
export class LineChild {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #contract: ServiceContract;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;
  readonly #gone: Promise<void>;

  /** The program gets no variable of this process but its search path. */
  constructor({ command, args }: LineProgram, contract: ServiceContract) {
    this.#contract = contract;
    this.#child = spawn(command, [...args], { stdio: ["pipe", "pipe", "ignore"], env: { PATH: process.env["PATH"] } });
    this.#gone = new Promise((resolve) => {
      const end = (): void => {
        this.#end();
        resolve();
      };
      this.#child.on("error", end).on("close", end);
    });
    // It may have ended before it reads; `close` says so.
    this.#child.stdin.on("error", () => undefined);
    this.#child.stdout.on("data", (chunk: Buffer) => { this.#read(chunk); });
  }

  /** No more calls can be made of it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @throws CaioError `ExecutionFailed`, `ServiceUnavailable` */
  ask(question: { readonly capability: string | null; readonly payload: JsonValue }, signal: AbortSignal): Promise<JsonValue> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#unavailable());
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      // Whoever is answered too late is not waited for.
      signal.addEventListener("abort", () => { this.#waiting.delete(id); }, { once: true });
      this.#child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
    });
  }

  async close(): Promise<void> {
    this.#child.kill();
    await this.#gone;
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#rest.indexOf(NEWLINE); end !== -1; end = this.#rest.indexOf(NEWLINE)) {
      const line = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end + 1);
      if (!this.#answer(line)) return;
    }
    if (this.#rest.length > MAX_LINE) this.#stop();
  }

  /** False if the program does not keep to the protocol; it is stopped then, since nobody knows whose answer the next line is. */
  #answer(line: Uint8Array): boolean {
    let said: JsonValue;
    try {
      said = parseJsonOutput(line, this.#contract);
    } catch {
      this.#stop();
      return false;
    }
    if (typeof said !== "object" || said === null || !("id" in said) || typeof said["id"] !== "number") {
      this.#stop();
      return false;
    }
    const waiting = this.#waiting.get(said["id"]);
    this.#waiting.delete(said["id"]);
    if ("output" in said) waiting?.resolve(said["output"]);
    else waiting?.reject(executorError("ExecutionFailed", this.#contract, "the program refused the call. Its own log says why."));
    return true;
  }

  #stop(): void {
    this.#child.kill();
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(this.#unavailable());
    this.#waiting.clear();
  }

  #unavailable(): CaioError {
    return executorError("ServiceUnavailable", this.#contract, "its program has ended. The next call starts it again.");
  }
}
