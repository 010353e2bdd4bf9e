import { connect } from "node:net";

import type { Attack } from "./attack.ts";

/** Everything that came back; `late` if the connection was still open after a while. */
export interface Reply {
  readonly text: string;
  readonly late: boolean;
}

/** A sender waits so long; the gateway may wait longer for what never comes. */
const PATIENCE_MS = 3000;

/** Sends bytes as they are, and reads until the other side closes. */
export function deliver(port: number, { bytes, pieces = 1, leaves = false }: Attack): Promise<Reply> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1");
    const end = (late: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, late });
    };
    const timer = setTimeout(() => { end(true); }, PATIENCE_MS);
    socket.setEncoding("latin1").on("data", (piece: string) => { text += piece; });
    socket.on("error", () => { end(false); }).on("close", () => { end(false); });
    socket.on("connect", () => {
      const size = Math.max(1, Math.ceil(bytes.length / pieces));
      const send = (from: number): void => {
        if (socket.destroyed) return;
        socket.write(bytes.subarray(from, from + size));
        if (from + size < bytes.length) setTimeout(() => { send(from + size); }, 15);
        else if (leaves) end(false);
      };
      send(0);
    });
  });
}
