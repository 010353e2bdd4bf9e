import { readFile } from "node:fs/promises";

import { TokenAuthenticator, type KeySetSource } from "@caio/security";

import type { GatewayConfig } from "../../config/gateway-config.ts";
import type { TokenDoor } from "../../door/authenticate.ts";
import { BoundedDoor } from "./bounded-door.ts";
import { guardedGet } from "./guarded-get.ts";

type KeySet = Awaited<ReturnType<Extract<KeySetSource, (...args: never) => unknown>>>;

const TIMEOUT_MS = 5000;
const MAX_BYTES = 256 * 1024;

/**
 * The doors for the tokens of the configured issuers. Key sets are fetched when the first token comes, and again when they are old or
 * lack a key: a file is read, an https address fetched. No key set is fetched from a private address unless `egress` names its origin.
 * An issuer gives what the configuration lets it give.
 *
 * @param place - the path of a file that the configuration names
 */
export function tokenDoorsOf({ tokens, egress }: Pick<GatewayConfig, "tokens" | "egress">, place: (path: string) => string): readonly TokenDoor[] {
  return tokens.map(({ issuer, audience, jwks, defaultTenant, ...bounds }) => {
    const keys = async (): Promise<KeySet> => {
      const text = /^https?:/i.test(jwks)
        ? await guardedGet(new URL(jwks), { egress, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES })
        : await readFile(place(jwks), "utf8");
      // What it holds is checked where it is used.
      return JSON.parse(text) as KeySet;
    };
    return new BoundedDoor(new TokenAuthenticator({ issuer, audience, keys, ...(defaultTenant === undefined ? {} : { defaultTenant }) }), { issuer, ...bounds });
  });
}
