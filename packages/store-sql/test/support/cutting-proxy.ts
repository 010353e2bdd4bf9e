import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { onTestFinished } from "vitest";

/**
 * Where the connection of a commit is cut: before the server has it, or after the server did it and before its answer arrives. `late`: the
 * client is cut off, and what it had sent is on its way until `deliver`, as in a network that falls apart and comes back.
 */
export type Cut = "before" | "after" | "late";

const COMMIT = Buffer.from("commit\0");

/** A network between a client and a PostgreSQL server that can fail at a commit, and let nobody through. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  /** The next commit is cut off here. */
  cut: Cut | undefined;
  /** After the next cut nobody gets through, until this is unset. */
  thenClosed = false;
  closed = false;
  cuts = 0;
  /** Lets the server have what is on its way; resolves with its answer. */
  deliver: () => Promise<void> = () => Promise.resolve();

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on("connection", (client) => { this.#join(client); });
  }

  /** Ends with the test. */
  static async to(port: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(createServer(), port);
    await new Promise<void>((listening) => proxy.#server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => {
      for (const socket of proxy.#sockets) socket.destroy();
      proxy.#server.close();
    });
    return proxy;
  }

  /** The URL by way of the proxy. */
  through(url: string): string {
    const through = new URL(url);
    through.port = String((this.#server.address() as AddressInfo).port);
    return through.href;
  }

  #join(client: Socket): void {
    if (this.closed) {
      client.destroy();
      return;
    }
    const server = connect(this.#target, "127.0.0.1");
    const ends = [client, server];
    for (const socket of ends) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => { for (const each of ends) each.destroy(); this.#sockets.delete(socket); });
    }
    let answersPass = true;
    const delay = (data: Buffer): void => {
      for (const socket of ends) this.#sockets.delete(socket);
      client.removeAllListeners("close").destroy();
      server.removeAllListeners("data");
      this.deliver = () => new Promise((answered) => {
        // Nobody is there any more.
        if (server.destroyed) answered();
        server.once("data", () => { server.destroy(); answered(); }).once("close", answered).write(data);
      });
      this.#cutNow([]);
    };
    server.on("data", (data) => {
      if (answersPass) client.write(data);
      // What is held back is the answer to the commit: the server has done it.
      else this.#cutNow(ends);
    });
    client.on("data", (data) => {
      const commits = this.cut !== undefined && data.includes(COMMIT);
      if (commits && this.cut === "before") {
        this.#cutNow(ends);
        return;
      }
      if (commits && this.cut === "late") {
        delay(data);
        return;
      }
      if (commits) answersPass = false;
      server.write(data);
    });
  }

  #cutNow(ends: readonly Socket[]): void {
    this.cut = undefined;
    this.cuts += 1;
    this.closed = this.thenClosed;
    for (const socket of ends) socket.destroy();
    if (this.closed) for (const socket of this.#sockets) socket.destroy();
  }
}
