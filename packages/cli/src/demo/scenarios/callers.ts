import { systemDoor } from "@caio/adapters/system";
import { isCaioError } from "@caio/core";
import { readBearer, type TokenAuthenticator } from "@caio/security";

import { lineOf, lineOfDoor, type RequestLine } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import { tokenIssuer } from "./token-issuer.ts";

const HOUR = 3600;

/** Who cannot prove who they are gets no decision; evidence that has run out since refuses inside the decision. */
export const callers: Scenario = {
  title: "Callers",
  announced: "a valid token is served; no token and an expired one are turned away at the door; expired evidence falls at step 3",
  play: async (stage) => {
    const expectations = new Expectations();
    const issuer = tokenIssuer();
    const seconds = Math.floor(systemDoor.now() / 1000);
    const cases = [
      ["token-valid", `Bearer ${issuer.tokenUntil(seconds + HOUR)}`, "success"],
      ["token-expired", `Bearer ${issuer.tokenUntil(seconds - HOUR)}`, "InvalidToken"],
      ["token-missing", undefined, "Unauthenticated"],
    ] as const;
    const lines: RequestLine[] = [];
    for (const [name, header, expected] of cases) {
      const line = await knock(stage, issuer.door, name, header);
      const found = line.outcome === "success" ? "success" : line.chosen;
      expectations.that(found === expected, `${name} ends with ${expected} (found ${found})`);
      lines.push(line);
    }
    const late = await stage.orchestrate(await stage.request("unauthenticated"), await stage.principal("unauthenticated"));
    expectations.that(late.decision.kind === "refused" && late.decision.code === "SecurityViolation", "unauthenticated is refused with SecurityViolation");
    return { lines: [...lines, lineOf("unauthenticated", late)], unmet: expectations.unmet };
  },
};

/** The door: the credential of a header becomes a principal, or the request ends here. */
async function knock(stage: Stage, door: TokenAuthenticator, name: string, header: string | undefined): Promise<RequestLine> {
  try {
    const principal = await door.authenticate(readBearer(header).text, systemDoor.now());
    return lineOf(name, await stage.orchestrate(await stage.request("plain"), principal));
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return lineOfDoor(name, error);
  }
}
