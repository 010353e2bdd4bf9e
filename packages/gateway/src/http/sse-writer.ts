import type { ServerResponse } from "node:http";

import type { FastifyReply } from "fastify";

/** How long the last event of a broken answer may be read before the connection ends, milliseconds. */
const READING_MS = 1000;

/** Writes server-sent events (WHATWG HTML §9.2) no faster than the reader takes them. */
export class SseWriter {
  readonly #raw: ServerResponse;

  private constructor(raw: ServerResponse) {
    this.#raw = raw;
  }

  /** Takes the reply over: its headers go out now. */
  static open(reply: FastifyReply): SseWriter {
    reply.hijack();
    const { raw } = reply;
    // Whoever goes away in the middle is told of by `close`.
    raw.on("error", () => undefined);
    raw.writeHead(200, { ...definedHeaders(reply), "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" });
    return new SseWriter(raw);
  }

  /** @param id - what a reader that comes back names as `Last-Event-ID` */
  async send(data: unknown, id?: string): Promise<void> {
    await this.#write(`${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }

  /** A comment, so that whatever lies between sees that the connection lives. Nothing where the reader is behind anyway. */
  beat(): void {
    const raw = this.#raw;
    if (!raw.destroyed && !raw.writableEnded && !raw.writableNeedDrain) raw.write(":\n\n");
  }

  /** Ends the response, after one last event if there is a last word. */
  async end(word?: string): Promise<void> {
    if (word !== undefined) await this.#write(`data: ${word}\n\n`);
    this.#raw.end();
  }

  /**
   * Ends an answer that is not whole, after an event that says so. The transfer itself stays unfinished (RFC 9112 §8): whoever knows no
   * such event and only waits for the end is told by the connection.
   */
  async breakOff(data: unknown): Promise<void> {
    await this.send(data);
    const { socket } = this.#raw;
    if (socket === null || this.#raw.destroyed) return;
    // A broken connection may take with it what its reader has not read yet.
    const timer = setTimeout(() => { socket.end(() => socket.destroy()); }, READING_MS);
    socket.once("close", () => { clearTimeout(timer); });
  }

  async #write(text: string): Promise<void> {
    const raw = this.#raw;
    if (raw.destroyed || raw.writableEnded || raw.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        raw.off("drain", done).off("close", done);
        resolve();
      };
      raw.on("drain", done).on("close", done);
    });
  }
}

function definedHeaders(reply: FastifyReply): Record<string, string | string[] | number> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
