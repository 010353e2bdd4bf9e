import { CaioError } from "@caio/core";
import type { FastifyRequest } from "fastify";

import { ADMIN } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";

/**
 * The tenant whose things a caller is shown: its own; for admins the one they name, or undefined for all.
 *
 * @throws CaioError `PermissionDenied` for another's
 */
export function seenTenant(request: FastifyRequest, named: string | undefined): string | undefined {
  const { permissions, tenant } = callerOf(request);
  if (permissions.includes(ADMIN)) return named;
  if (named !== undefined && named !== tenant) throw new CaioError("PermissionDenied", `This needs the permission ${ADMIN}: what is asked for is of another tenant. Leave \`tenant\` out.`, { details: { required: ADMIN } });
  return tenant;
}
