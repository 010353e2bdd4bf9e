import type { ServiceDefinition } from "./service-definition.ts";
import { Service } from "./service.ts";

/**
 * Makes a service of a contract and a function.
 *
 * @example
 * ```ts
 * import type { ServiceContract } from "@caio/contracts";
 * import { defineService } from "@caio/sdk";
 *
 * declare const contract: ServiceContract;
 *
 * const echo = defineService({
 *   contract,
 *   execute: (payload) => ({ echoed: payload }),
 * });
 * const listening = await echo.listen({ port: 0 });
 * await fetch(`${listening.url}/echo`, {
 *   method: "POST",
 *   headers: { "content-type": "application/json" },
 *   body: JSON.stringify({ text: "hello" }),
 * });
 * await listening.close();
 * ```
 */
export function defineService<State = undefined>(definition: ServiceDefinition<State>): Service<State> {
  return new Service(definition);
}
