import { Readable } from "node:stream";

import { CaioError } from "@caio/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN, BACKUP, requireAny } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import { piecesOf } from "../wiring/archive-stream.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";

const asked = z.object({ openings: z.enum(["true", "false"]).optional() });

/**
 * A copy of everything that the gateway keeps, while it goes on: for who has `caio.backup`, and admins. It holds hashes of API keys, and
 * what opens decisions of all tenants.
 */
export function backupRoutes(app: FastifyInstance, { ports: { stores, door } }: GatewayCore): void {
  let running = false;
  app.get("/api/v1/backup", { config: { asks: asked }, schema: { summary: "A copy of everything that is kept, as caio restore takes it; openings=false leaves out what opens decisions. For admins and who has caio.backup" } }, async (request, reply) => {
    requireAny(callerOf(request), [ADMIN, BACKUP]);
    const { openings } = readQuery(asked, request.query);
    const { backup } = stores;
    if (backup === undefined) throw new CaioError("InvalidRequest", "These stores cannot be copied. Use those of @caio/store-sql.");
    if (running) throw new CaioError("Overloaded", "A copy is being made already. Wait for its end.", { details: { retry_after_s: 10 } });
    running = true;
    let id: string;
    try {
      id = await backup.begin({ at: door.now(), withoutOpenings: openings === "false" });
    } catch (error) {
      running = false;
      throw error;
    }
    const onStalled = (): void => { pieces.destroy(new Error("The reader stalled.")); };
    const onEnded = (): void => { running = false; };
    const pieces = Readable.from(piecesOf(backup, id, { onStalled, onEnded }), { objectMode: false });
    // A caller who leaves before the first piece has begun nothing that could end by itself.
    pieces.once("close", () => { void backup.end(id).catch(() => undefined).then(onEnded); });
    return reply.header("cache-control", "no-store").header("content-disposition", 'attachment; filename="caio.backup"').type("application/octet-stream").send(pieces);
  });
}
