import { CaioError, toHex } from "@caio/core";
import { parseTilePath, readTile, TILE_WIDTH, type Tile } from "@caio/traceability";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";

import { ADMIN, AUDIT, requireAny } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";

interface ByPath {
  readonly Params: { readonly "*": string };
}
const inclusion = z.object({ index: z.coerce.number().int().min(0), size: z.coerce.number().int().min(1).optional() });
const consistency = z.object({ first: z.coerce.number().int().min(0), second: z.coerce.number().int().min(0).optional() });
const open = { config: { public: true } };

/**
 * The log for those who watch it (C2SP tlog-checkpoint, tlog-tiles; the prefix of the log is `/api/v1/log`). Checkpoint, proofs and tiles of
 * hashes are public, as a log that nobody watches proves little; the entries are for auditors, as they name every tenant's decisions
 * (decision 13).
 */
export function logRoutes(app: FastifyInstance, { traces, signer, keys, ports }: GatewayCore): void {
  app.get("/api/v1/log/checkpoint", { ...open, schema: { summary: "The newest signed checkpoint (C2SP tlog-checkpoint)" } }, async (_request, reply) => {
    const { note } = await signer.sign(ports.door.now());
    return reply.type("text/plain; charset=utf-8").header("cache-control", "no-cache").send(note);
  });
  app.get("/api/v1/log/key", { ...open, schema: { summary: "The keys that sign checkpoints and bundles, newest first" } }, async (_request, reply) => reply.type("text/plain; charset=utf-8").send(keys.verifiersText()));
  app.get("/api/v1/log/inclusion", { config: { public: true, asks: inclusion }, schema: { summary: "Proof that an entry is in the log (RFC 9162), of all of it unless a size is said" } }, (request) => {
    const { index, size } = readQuery(inclusion, request.query);
    return { index, size: size ?? traces.head.size, proof: traces.inclusionProof(index, size).map(toHex) };
  });
  app.get("/api/v1/log/consistency", { config: { public: true, asks: consistency }, schema: { summary: "Proof that one size of the log continues another (RFC 9162); `second` is all of it unless said" } }, (request) => {
    const { first, second } = readQuery(consistency, request.query);
    return { first, second: second ?? traces.head.size, proof: traces.consistencyProof(first, second).map(toHex) };
  });
  // An encoded slash leads entries to the route of the hashes, so each says what it gives.
  const tile = async (path: string, gives: "hashes" | "entries", reply: FastifyReply): Promise<FastifyReply> => {
    const wanted = parseTilePath(path);
    const bytes = wanted === undefined || (wanted.level === "entries") !== (gives === "entries") ? undefined : await readTile(traces, wanted);
    if (wanted === undefined || bytes === undefined) throw noTile(path);
    return cached(reply, wanted).type("application/octet-stream").send(Buffer.from(bytes));
  };
  app.get<ByPath>("/api/v1/log/tile/*", { ...open, schema: { summary: "Hashes of a level of the log (C2SP tlog-tiles): LEVEL/INDEX, with .p/WIDTH for a part" } }, async ({ params }, reply) => tile(`tile/${params["*"]}`, "hashes", reply));
  app.get<ByPath>("/api/v1/log/tile/entries/*", { schema: { summary: "Entries of the log (C2SP tlog-tiles), for admins and for who may audit" } }, async (request, reply) => {
    requireAny(callerOf(request), [AUDIT, ADMIN]);
    return await tile(`tile/entries/${request.params["*"]}`, "entries", reply);
  });
}

/** A tile never changes. Partial ones are soon of no use, so nobody should keep them for long. */
function cached(reply: FastifyReply, { level, width }: Tile): FastifyReply {
  const [whose, age] = [level === "entries" ? "private" : "public", width === TILE_WIDTH ? "max-age=31536000, immutable" : "max-age=300"];
  return reply.header("cache-control", `${whose}, ${age}`);
}

function noTile(path: string): CaioError<"NotFound"> {
  const message = "The log has no such tile. A tile is LEVEL/INDEX, partial ones with .p/WIDTH after it (C2SP tlog-tiles), within the size of the checkpoint.";
  return new CaioError("NotFound", message, { details: { tile: path.slice(0, 80) } });
}
