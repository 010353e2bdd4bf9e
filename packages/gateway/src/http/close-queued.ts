import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

import type { FastifyInstance } from "fastify";

/** The answers that are not over. */
export interface OpenAnswers {
  /** Whether a part of one was sent already. */
  readonly isAnswering: (socket: Socket) => boolean;
}

/**
 * Closes answers that stand behind another on their connection (RFC 9112 §9.3.2) when that connection goes. Node tells only the answer whose turn
 * it is: all others would never be over, and what waits for that, such as a count of requests or a call of a service, would wait for ever.
 */
export function closeQueued(app: FastifyInstance): OpenAnswers {
  const open = new WeakMap<Socket, Set<ServerResponse>>();
  app.server.on("connection", (socket: Socket) => {
    const answers = new Set<ServerResponse>();
    open.set(socket, answers);
    socket.once("close", () => {
      for (const answer of answers) {
        if (answer.socket !== null) continue;
        answer.destroy();
        answer.emit("close");
      }
    });
  });
  app.server.on("request", ({ socket }, answer) => {
    const answers = open.get(socket);
    answers?.add(answer);
    answer.once("close", () => answers?.delete(answer));
  });
  return { isAnswering: (socket) => [...(open.get(socket) ?? [])].some(({ headersSent }) => headersSent) };
}
