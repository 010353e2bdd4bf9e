import { CaioError } from "@caio/core";
import type { Endpoint, ServiceContract } from "@caio/contracts";

import { HttpRefusal } from "./refusal.ts";

/** What a request line asks for. */
export type RouteTarget =
  | { readonly kind: "contract" }
  | { readonly kind: "health" }
  | { readonly kind: "execute"; readonly endpoint: Endpoint };

/**
 * The ways into a service, from its contract: its endpoints (POST where no method is said; a contract without any is served at POST /),
 * GET on the health path (`/health` where none is said) and GET /contract.
 *
 * @throws HttpRefusal 404, 405
 */
export function findRoute(contract: ServiceContract, method: string, url: string): RouteTarget {
  const path = url.split("?")[0] ?? "/";
  if (method === "GET" && path === (contract.api.health?.path ?? "/health")) return { kind: "health" };
  if (method === "GET" && path === "/contract") return { kind: "contract" };
  const endpoints = contract.api.endpoints.length > 0 ? contract.api.endpoints : [{}];
  const here = endpoints.filter((endpoint: Endpoint) => (endpoint.path ?? "/") === path);
  const endpoint = here.find((candidate: Endpoint) => methodOf(candidate) === method);
  if (endpoint !== undefined) return { kind: "execute", endpoint };
  const expected = here.length > 0 ? [...new Set(here.map(methodOf))].join(" or ") : "a path that the contract names";
  throw new HttpRefusal(
    here.length > 0 ? 405 : 404,
    new CaioError("NotFound", `Nothing is served here. Expected ${expected}; GET /contract lists the endpoints.`, {
      details: { expected },
    }),
  );
}

function methodOf(endpoint: Endpoint): string {
  return endpoint.method ?? "POST";
}
