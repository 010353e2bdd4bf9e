import { CaioError } from "@caio/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { GatewayCore } from "../../wiring/gateway-core.ts";
import { EncodedFiles } from "./encoded-file.ts";
import { readPages, type PageFile } from "./read-pages.ts";

/** Its own files and this gateway, and nothing else. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const ROOT = "/dashboard/";

/**
 * The dashboard: static files, read once at the start and open to all, since there is no secret in them. What it shows it asks the API for,
 * with the key of whoever looks. Without built files its address says how to have them; turned off, there is no such address.
 */
export async function pageRoutes(app: FastifyInstance, { config, ports }: Pick<GatewayCore, "config" | "ports">): Promise<void> {
  if (!config.dashboard) return;
  const files = ports.pages === undefined ? undefined : await readPages(ports.pages);
  const coded = new EncodedFiles();
  const open = { config: { public: true } };
  const send = async (path: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const file = files?.get(path);
    if (file === undefined) throw files === undefined ? notBuilt(ports.pages) : notThere();
    return await sendFile(file, await coded.of(file, request.headers["accept-encoding"] ?? ""), request, reply);
  };
  app.get(ROOT, { ...open, schema: { summary: "The dashboard, for people" } }, (request, reply) => send("index.html", request, reply));
  app.get<{ Params: { "*": string } }>(`${ROOT}*`, { ...open, schema: { summary: "A file of the dashboard" } }, (request, reply) => send(request.params["*"], request, reply));
  // Relative, so that it holds behind a proxy that puts a path before it.
  app.get("/dashboard", { ...open, schema: { summary: "The same as GET /dashboard/" } }, (_request, reply) => reply.redirect("dashboard/", 302));
  if (files !== undefined) app.get("/", { ...open, schema: { summary: "Leads to the dashboard" } }, (_request, reply) => reply.redirect("dashboard/", 302));
}

async function sendFile({ type, tag, immutable }: PageFile, { bytes, coding }: Awaited<ReturnType<EncodedFiles["of"]>>, { headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const etag = `"${tag}${coding === "identity" ? "" : `-${coding}`}"`;
  reply.headers({
    ...{ "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin" },
    ...{ etag, vary: "accept-encoding", "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache" },
  });
  if (isKnown(headers["if-none-match"], etag)) return await reply.code(304).send();
  if (coding !== "identity") reply.header("content-encoding", coding);
  return await reply.type(type).send(bytes);
}

/** RFC 9110 §13.1.2 */
function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(",").some((each) => [etag, `W/${etag}`, "*"].includes(each.trim())) === true;
}

function notThere(): CaioError<"NotFound"> {
  return new CaioError("NotFound", `The dashboard has no such file. It begins at ${ROOT}.`);
}

function notBuilt(pages: URL | undefined): CaioError<"NotFound"> {
  const next = pages === undefined ? "Give openGateway its folder: pages: dashboardFolder of @caio/dashboard." : "Build it: npm run page -w @caio/dashboard, and start the gateway again.";
  return new CaioError("NotFound", `The dashboard is not here. ${next} All it shows is under /api/v1, too (/docs).`);
}
