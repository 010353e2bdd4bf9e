import type { FastifyInstance } from "fastify";

import { docsPage, type ApiDocument } from "./docs-page.ts";
import { docsStyle } from "./docs-style.ts";

/** Nothing but the page's own style, and nobody may frame it. */
const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The API for machines and for people: a page without scripts, which asks no other place for anything. */
export function docsRoutes(app: FastifyInstance): void {
  const open = { config: { public: true } };
  let page: string | undefined;
  app.get("/openapi.json", { ...open, schema: { summary: "The API for machines (OpenAPI 3.1)" } }, () => app.swagger());
  app.get("/docs", { ...open, schema: { summary: "The API for people" } }, async (_request, reply) => {
    page ??= docsPage(app.swagger() as unknown as ApiDocument);
    return reply.type("text/html; charset=utf-8").header("content-security-policy", POLICY).header("x-content-type-options", "nosniff").header("referrer-policy", "no-referrer").send(page);
  });
  app.get("/docs/page.css", { ...open, schema: { summary: "The style of the page" } }, async (_request, reply) => reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=3600").send(docsStyle));
}
