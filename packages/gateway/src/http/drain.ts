import type { Socket } from "node:net";

import type { FastifyInstance } from "fastify";

/**
 * Lets a closing server end in time. Connections on which nothing was ever asked go at once (to node they are not idle, and it would
 * wait for them); whoever is served has so long, then what is left is cut.
 *
 * @param drainMs - milliseconds that requests in flight are waited for
 */
export function drainInTime(app: FastifyInstance, drainMs: number): void {
  const silent = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  app.server.on("request", ({ socket }) => silent.delete(socket));
  app.addHook("preClose", (done) => {
    for (const socket of silent) socket.destroy();
    const timer = setTimeout(() => { app.server.closeAllConnections(); }, drainMs);
    app.server.once("close", () => { clearTimeout(timer); });
    done();
  });
}
