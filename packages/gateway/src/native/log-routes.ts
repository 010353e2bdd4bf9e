import { CaioError, toHex } from "@caio/core";
import { parseTilePath, readTile, TILE_WIDTH, type Tile } from "@caio/traceability";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import { ADMIN, AUDIT, requireAny } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import type { KnownInstance } from "../wiring/replicas/instance-directory.ts";
import { ownFace, peerFace, type LogFace } from "../wiring/replicas/log-faces.ts";

interface ByPath {
  readonly Params: { readonly "*": string };
}
const inclusion = z.object({ index: z.coerce.number().int().min(0), size: z.coerce.number().int().min(1).optional() });
const consistency = z.object({ first: z.coerce.number().int().min(0), second: z.coerce.number().int().min(0).optional() });
const named = z.object({ instance: z.string().regex(/^[a-z0-9_]{1,32}$/, "expected the name of an instance") });
const open = { config: { public: true } };

/**
 * The log for those who watch it (C2SP tlog-checkpoint, tlog-tiles; the prefix of the log is `/api/v1/log`). Checkpoint, proofs and tiles of
 * hashes are public, as a log that nobody watches proves little; the entries are for auditors, as they name every tenant's decisions
 * (decision 13).
 */
export function logRoutes(app: FastifyInstance, core: GatewayCore): void {
  const own = ownFace({ ...core, now: () => core.ports.door.now() });
  logFaceRoutes(app, "/api/v1/log", "", () => Promise.resolve(own));
  instanceRoutes(app, core, own);
}

/** The instances of a deployment, and their logs, each under its name: any instance shows all of them. */
function instanceRoutes(app: FastifyInstance, { config, replica }: GatewayCore, own: LogFace): void {
  const cards = async (): Promise<readonly KnownInstance[]> => {
    if (replica === undefined) throw new CaioError("NotFound", "This gateway is alone. Its log: GET /api/v1/log/checkpoint");
    return await replica.ports.directory.list();
  };
  app.get("/api/v1/instances", { ...open, schema: { summary: "The instances of this deployment, with the names and keys of their logs" } }, async () => ({
    instance: config.instance ?? null,
    instances: (await cards()).map(({ name, origin, logKeys, witnessKey, silentMs }) => ({ name, origin, log_keys: logKeys.trim().split("\n"), witness_key: witnessKey, silent_ms: silentMs, alive: silentMs <= config.replicas.leaseMs })),
  }));
  const textOf = async (part: (card: KnownInstance) => string, reply: FastifyReply): Promise<FastifyReply> => reply.type("text/plain; charset=utf-8").send((await cards()).map((card) => `${part(card).trim()}\n`).join(""));
  app.get("/api/v1/instances/keys", { ...open, schema: { summary: "The keys that sign the logs and bundles of all instances, one a line: for caio verify --key" } }, async (_request, reply) => textOf(({ logKeys }) => logKeys, reply));
  app.get("/api/v1/instances/witnesses", { ...open, schema: { summary: "The keys under which instances witness each other's logs, one a line: for caio verify --witness" } }, async (_request, reply) => textOf(({ witnessKey }) => witnessKey, reply));
  logFaceRoutes(app, "/api/v1/instances/:instance/log", " of an instance", async (request) => {
    const { instance } = readQuery(named, request.params);
    if (replica === undefined) throw new CaioError("NotFound", "This gateway is alone. Its log: GET /api/v1/log/checkpoint");
    return instance === replica.ports.instance ? own : await peerFace(instance, replica.peers, replica.ports.directory);
  });
}

/** What is asked of a log, under a prefix. */
function logFaceRoutes(app: FastifyInstance, prefix: string, whose: string, faceOf: (request: FastifyRequest) => Promise<LogFace>): void {
  app.get(`${prefix}/checkpoint`, { ...open, schema: { summary: `The newest signed checkpoint${whose} (C2SP tlog-checkpoint), with the lines of its witnesses` } }, async (request, reply) => {
    const note = await (await faceOf(request)).checkpoint();
    return reply.type("text/plain; charset=utf-8").header("cache-control", "no-cache").send(note);
  });
  app.get(`${prefix}/key`, { ...open, schema: { summary: `The keys that sign checkpoints and bundles${whose}, newest first` } }, async (request, reply) => reply.type("text/plain; charset=utf-8").send((await faceOf(request)).keys));
  app.get(`${prefix}/inclusion`, { config: { public: true, asks: inclusion }, schema: { summary: `Proof that an entry is in the log${whose} (RFC 9162), of all of it unless a size is said` } }, async (request) => {
    const { index, size } = readQuery(inclusion, request.query);
    const { source } = await faceOf(request);
    return { index, size: size ?? source.head.size, proof: source.inclusionProof(index, size).map(toHex) };
  });
  app.get(`${prefix}/consistency`, { config: { public: true, asks: consistency }, schema: { summary: `Proof that one size of the log${whose} continues another (RFC 9162); \`second\` is all of it unless said` } }, async (request) => {
    const { first, second } = readQuery(consistency, request.query);
    const { source } = await faceOf(request);
    return { first, second: second ?? source.head.size, proof: source.consistencyProof(first, second).map(toHex) };
  });
  // An encoded slash leads entries to the route of the hashes, so each says what it gives.
  const tile = async (request: FastifyRequest, path: string, gives: "hashes" | "entries", reply: FastifyReply): Promise<FastifyReply> => {
    const wanted = parseTilePath(path);
    const bytes = wanted === undefined || (wanted.level === "entries") !== (gives === "entries") ? undefined : await readTile((await faceOf(request)).source, wanted);
    if (wanted === undefined || bytes === undefined) throw noTile(path);
    return cached(reply, wanted).type("application/octet-stream").send(Buffer.from(bytes));
  };
  app.get<ByPath>(`${prefix}/tile/*`, { ...open, schema: { summary: `Hashes of a level of the log${whose} (C2SP tlog-tiles): LEVEL/INDEX, with .p/WIDTH for a part` } }, async (request, reply) => tile(request, `tile/${request.params["*"]}`, "hashes", reply));
  app.get<ByPath>(`${prefix}/tile/entries/*`, { schema: { summary: `Entries of the log${whose} (C2SP tlog-tiles), for admins and for who may audit` } }, async (request, reply) => {
    requireAny(callerOf(request), [AUDIT, ADMIN]);
    return await tile(request, `tile/entries/${request.params["*"]}`, "entries", reply);
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
