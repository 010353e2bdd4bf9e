import type { Principal } from "@caio/contracts";
import { CaioError } from "@caio/core";

import type { TokenDoor } from "../../door/authenticate.ts";

/** What an issuer may say of callers of this gateway. */
export interface IssuerBounds {
  readonly issuer: string;
  /** Permissions over the gateway itself that its tokens may give. */
  readonly grants: readonly string[];
  /** Tenants that its tokens may speak for; absent: any. */
  readonly tenants?: readonly string[] | undefined;
}

/** Permissions that begin so are over the gateway itself. */
const OVER_THE_GATEWAY = "caio.";

/**
 * A door whose issuer says who somebody is, and not what they may do with the gateway: permissions over it are dropped from tokens unless
 * the operator lets the issuer give them, and a token of a tenant that is not the issuer's is refused.
 */
export class BoundedDoor implements TokenDoor {
  readonly #door: TokenDoor;
  readonly #bounds: IssuerBounds;

  constructor(door: TokenDoor, bounds: IssuerBounds) {
    this.#door = door;
    this.#bounds = bounds;
  }

  get issuer(): string {
    return this.#bounds.issuer;
  }

  /** @throws CaioError as the door within; `InvalidToken` for another tenant */
  async authenticate(token: string, now: number): Promise<Principal> {
    const principal = await this.#door.authenticate(token, now);
    const { grants, tenants } = this.#bounds;
    if (tenants?.includes(principal.tenant) === false) {
      throw new CaioError("InvalidToken", "The token is of a tenant that its issuer may not speak for here. Name the tenant under tokens[].tenants of caio.yaml, or use a token of another.", {
        details: { reason: "claim", claim: "tenant", expected: "a tenant of this issuer" },
      });
    }
    return { ...principal, permissions: principal.permissions.filter((permission) => !permission.startsWith(OVER_THE_GATEWAY) || grants.includes(permission)) };
  }
}
