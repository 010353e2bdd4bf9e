import type { ServiceContract } from "@caio/contracts";

import { placeOf } from "./call-request.ts";

/** The contract's base URL itself, its path as it is written: with or without a slash at the end is another address to many servers. @throws CaioError `ServiceUnavailable` */
export function basePlace(contract: ServiceContract): { origin: string; path: string } {
  const { origin } = placeOf(contract, "");
  const { pathname, search } = new URL(contract.api.baseUrl ?? "");
  return { origin, path: pathname + search };
}
