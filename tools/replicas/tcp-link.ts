import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A way from here to a port of the loopback that can be closed for a while without anybody noticing: no byte passes, in either direction. */
export class TcpLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #stalled = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<TcpLink> {
    const link: TcpLink = new TcpLink(createServer({ pauseOnConnect: true }, (near) => { link.#join(near, port); }));
    await new Promise<void>((listening) => link.#server.listen(0, "127.0.0.1", listening));
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on nothing passes; connections stay, and new ones are taken and get nowhere. */
  stall(): void {
    this.#stalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was held back passes now. */
  resume(): void {
    this.#stalled = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  #join(near: Socket, port: number): void {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.#sockets.add(from);
      from.on("data", (piece) => { to.write(piece); });
      from.on("end", () => { to.end(); });
      from.on("error", () => { to.destroy(); });
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#stalled) from.pause();
      else from.resume();
    }
  }
}
