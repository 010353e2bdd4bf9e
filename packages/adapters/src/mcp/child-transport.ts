import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import { deserializeMessage, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

import { LineReader } from "./line-reader.ts";
import type { McpServerCommand } from "./server-command.ts";

export interface ChildLimits {
  /** Longest message, bytes. */
  readonly maxMessageBytes: number;
  /** Lines that are no messages before the process is given up. */
  readonly maxBadLines: number;
  /** How long a closed process may take to end before it is killed, milliseconds. */
  readonly graceMs: number;
}

/** What a process may leave unread before sending to it is an error, bytes. */
const MAX_UNREAD_BYTES = 16_777_216;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/**
 * An MCP transport over a child process. Unlike the one of the MCP SDK it inherits no environment, gives up a process that
 * writes endless lines or garbage, and kills at once what does not end: a server must not cost its host memory or time.
 */
export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #server: McpServerCommand;
  readonly #limits: ChildLimits;
  readonly #lines: LineReader;
  #child: Child | undefined;
  #badLines = 0;
  #ended = false;
  #hasEnded: () => void = () => undefined;
  readonly #end = new Promise<void>((resolve) => {
    this.#hasEnded = resolve;
  });

  constructor(server: McpServerCommand, limits: ChildLimits) {
    this.#server = server;
    this.#limits = limits;
    this.#lines = new LineReader(limits.maxMessageBytes);
  }

  /** Rejects if the program cannot be started. */
  async start(): Promise<void> {
    const { command, args = [], env = {}, cwd, stderr = "ignore" } = this.#server;
    const child = spawn(command, args, {
      env: { ...env },
      stdio: ["pipe", "pipe", stderr],
      windowsHide: true,
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.on("error", (error) => {
        reject(error);
        this.#finish();
      });
      child.stdin.on("error", (error) => this.onerror?.(error));
      child.stdout.on("error", (error) => this.onerror?.(error));
      child.stdout.on("data", (chunk: Buffer) => { this.#read(chunk); });
      child.once("close", () => { this.#finish(); });
      // A grandchild may hold the pipe open: the end of the process is then the end of the connection all the same.
      child.once("exit", () => { setTimeout(() => { this.#finish(); }, 100).unref(); });
    });
  }

  /** Rejects if the process has ended or no longer reads. */
  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (this.#ended || stdin?.writable !== true) throw new Error("The process has ended.");
    if (stdin.writableLength > MAX_UNREAD_BYTES) throw new Error("The process does not read.");
    await new Promise<void>((resolve, reject) => {
      stdin.write(serializeMessage(message), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Closes the input, which ends a well-behaved server; then asks with SIGTERM; then kills. */
  async close(): Promise<void> {
    if (this.#child === undefined || this.#ended) return;
    this.#child.stdin.end();
    if (await this.#endsWithin(this.#limits.graceMs)) return;
    this.#child.kill("SIGTERM");
    if (await this.#endsWithin(this.#limits.graceMs)) return;
    this.kill();
    await this.#endsWithin(this.#limits.graceMs);
  }

  /** Ends the process now. */
  kill(): void {
    if (!this.#ended) this.#child?.kill("SIGKILL");
  }

  #read(chunk: Buffer): void {
    if (this.#ended) return;
    try {
      for (const line of this.#lines.push(chunk)) this.#receive(line);
    } catch (error) {
      this.#ended = true;
      this.#child?.kill("SIGKILL");
      this.#close(error instanceof Error ? error : new Error("The output cannot be read."));
    }
  }

  #receive(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch {
      this.#badLines += 1;
      if (this.#badLines > this.#limits.maxBadLines) throw new Error("The process writes lines that are no messages.");
      return;
    }
    this.onmessage?.(message);
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#close();
  }

  #close(error?: Error): void {
    this.#child?.stdout.destroy();
    this.#hasEnded();
    if (error !== undefined) this.onerror?.(error);
    this.onclose?.();
  }

  async #endsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => { resolve(false); }, ms);
    });
    const inTime = await Promise.race([this.#end.then(() => true), late]);
    clearTimeout(timer);
    return inTime;
  }
}
