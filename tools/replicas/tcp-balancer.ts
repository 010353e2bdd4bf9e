import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** One of the ports behind a balancer. */
export interface Backend {
  readonly name: string;
  port: number;
}

/** What stands before the gateways: connections in turn, one that is refused goes to the next. It knows nothing of HTTP and asks nobody whether he is well. */
export class TcpBalancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #backends: readonly Backend[];
  #turn = 0;

  private constructor(server: Server, backends: readonly Backend[]) {
    this.#server = server;
    this.#backends = backends;
  }

  static async before(backends: readonly Backend[]): Promise<TcpBalancer> {
    const balancer: TcpBalancer = new TcpBalancer(createServer({ pauseOnConnect: true }, (client) => { balancer.#serve(client, backends.length); }), backends);
    await new Promise<void>((listening) => balancer.#server.listen(0, "127.0.0.1", listening));
    return balancer;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  #serve(client: Socket, tries: number): void {
    const { port = 0 } = this.#backends[this.#turn++ % this.#backends.length] ?? {};
    const server = connect(port, "127.0.0.1");
    this.#sockets.add(client);
    client.on("error", () => { server.destroy(); });
    client.on("close", () => { this.#sockets.delete(client); });
    server.once("connect", () => {
      client.pipe(server).pipe(client);
      server.on("close", () => { client.destroy(); });
      client.on("close", () => { server.destroy(); });
    });
    server.on("error", () => {
      // Nothing was sent yet where nobody took the connection.
      if (server.bytesWritten === 0 && server.bytesRead === 0 && tries > 1) this.#serve(client, tries - 1);
      else client.destroy();
    });
  }
}
