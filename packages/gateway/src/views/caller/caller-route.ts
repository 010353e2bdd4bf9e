import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN } from "../../door/authenticate.ts";
import { callerOf } from "../../http/app.ts";

/** Who asks, as the gateway takes them: `admin` for who may change things and see all tenants; `key_id` null for who came with a token. */
export const callerReply = z.strictObject({ tenant: z.string(), permissions: z.array(z.string()), admin: z.boolean(), key_id: z.string().nullable() });

/** What a page need not offer to whom it would be refused. */
export function callerRoute(app: FastifyInstance): void {
  const summary = "Who asks, and what they may do";
  app.get("/api/v1/caller", { config: { answers: callerReply }, schema: { summary } }, (request): z.output<typeof callerReply> => {
    const { tenant, permissions, evidence } = callerOf(request);
    return { tenant, permissions: [...permissions], admin: permissions.includes(ADMIN), key_id: evidence.method === "api_key" ? (evidence.keyId ?? null) : null };
  });
}
