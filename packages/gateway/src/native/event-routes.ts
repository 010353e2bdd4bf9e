import { toWire } from "@caio/contracts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

import { ADMIN, requirePermission } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import { SseWriter } from "../http/sse-writer.ts";
import { eventKinds, type GatewayEvent } from "../wiring/event-feed.ts";
import { unknownService, type GatewayCore } from "../wiring/gateway-core.ts";

const words = eventKinds.join(", ");
/** Who asked for a kind that there is not would wait for it for ever. */
const query = z.object({ kinds: z.string().max(200).refine((text) => text.split(",").every((kind) => eventKinds.some((each) => each === kind)), `expected some of ${words}, with commas between them`).optional() });
/** How long a reader that was dropped may take to read so, milliseconds. */
const LAST_WORD_MS = 5000;

type ById = FastifyRequest<{ Params: { id: string } }>;

/** What happens, as it happens; and how the promises of services stand. */
export function eventRoutes(app: FastifyInstance, core: GatewayCore): void {
  const { feed, registry, watch, orchestrator } = core;
  const mayHear = (request: FastifyRequest): ((event: GatewayEvent) => boolean) => {
    const { permissions, tenant } = callerOf(request);
    const asked = readQuery(query, request.query).kinds?.split(",");
    const wanted = new Set<string>(asked ?? eventKinds);
    if (permissions.includes(ADMIN)) return ({ kind }) => wanted.has(kind);
    const sees = (service: string): boolean => registry.snapshot().view(tenant).service(service) !== undefined;
    return (event) => wanted.has(event.kind) && (event.tenant !== undefined ? event.tenant === tenant : event.service !== undefined && sees(event.service));
  };
  app.get("/api/v1/events", { config: { asks: query }, schema: { summary: `Server-sent events: decisions, changes of the registry, of verdicts and of circuits; \`kinds\` with commas chooses of ${words}. \`Last-Event-ID\` catches up` } }, async (request, reply) => {
    const last = request.headers["last-event-id"];
    const listener = feed.listen(mayHear(request), typeof last === "string" && last !== "" ? last : undefined);
    const { raw } = reply;
    const writer = SseWriter.open(reply);
    let lost: NodeJS.Timeout | undefined;
    const watchdog = setInterval(() => {
      if (listener.fellBehind) lost ??= setTimeout(() => { raw.destroy(); }, LAST_WORD_MS);
    }, 1000);
    const heart = setInterval(() => { writer.beat(); }, core.config.limits.heartbeatMs);
    raw.once("close", () => {
      clearInterval(watchdog);
      clearInterval(heart);
      clearTimeout(lost);
      listener.close();
    });
    raw.flushHeaders();
    if (listener.missed) await writer.send({ kind: "missed", message: "Events since then are no longer here. The log has them." });
    for await (const { kind, at, id, details } of listener) await writer.send({ kind, at, ...details }, id);
    if (listener.fellBehind) await writer.send({ kind: "dropped", message: "More happened than was read. Listen again; the log has what was missed." });
    await writer.end();
    return reply;
  });
  const seen = (request: ById): string => {
    const { id } = request.params;
    const { permissions, tenant } = callerOf(request);
    const all = registry.snapshot();
    if ((permissions.includes(ADMIN) ? all : all.view(tenant)).service(id) === undefined) throw unknownService(id);
    return id;
  };
  app.get<{ Params: { id: string } }>("/api/v1/services/:id/promises", { schema: { summary: "How the promises of a service stand, with the evidence" } }, (request) => ({
    service_id: seen(request),
    pairs: watch.standings(request.params.id).map((pair) => toWire(pair)),
  }));
  app.post<{ Params: { id: string } }>("/api/v1/services/:id/renew", { schema: { summary: "Clears the evidence on a service: its promises are taken for kept again" } }, (request) => {
    requirePermission(callerOf(request), ADMIN);
    const service = seen(request);
    orchestrator.remeasure(watch.renew(service));
    return { service_id: service, pairs: watch.standings(service).map((pair) => toWire(pair)) };
  });
}
