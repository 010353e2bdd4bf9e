import { CaioError, canonicalJson, fromHex, sha256Hex, toHex, type JsonObject } from "@caio/core";
import type { Request } from "@caio/contracts";
import type { Certificate, DecisionOpening, DisclosedValue } from "@caio/traceability";

import { committedFields, committedText } from "../committed-values.ts";
import { derive, identityOf } from "../identity.ts";
import { learningRecord } from "../execution/learning-record.ts";
import { withheldPaths } from "./disclosure.ts";

const COMMITMENT = Uint8Array.of(0x04);
const withheld: ReadonlySet<string> = new Set(withheldPaths);

/** Paths that are kept, with the text before their values. */
const kept = committedFields.filter(({ path }) => !withheld.has(path)).map((field) => ({ field, name: `${JSON.stringify(field.path)}:` }));

/**
 * What is kept of a request so that a bundle of its decision can be made at any later time: the decision key, and the values that a bundle
 * discloses unless it is asked for more. No prompt, payload, context, name or subject is among them (`withheldPaths`).
 */
export function openingOf(request: Request): DecisionOpening {
  const members: string[] = [];
  for (const { field, name } of kept) {
    const text = committedText(field, request);
    if (text !== null) members.push(name + text);
  }
  return { decisionKey: request.decisionKey, disclosed: `{${members.join(",")}}` };
}

/** `openingOf` a decision that was made on a request; of one that chose a service, with what feedback on it is learned by. */
export function openingOfDecision(request: Request, kind: "chosen" | "refused", successesWait = false): DecisionOpening {
  return kind === "chosen" ? { ...openingOf(request), learning: learningRecord(request, successesWait) } : openingOf(request);
}

/**
 * The disclosed values of an opening with their salts (certificate §4), each held against what the certificate commits to.
 *
 * @throws CaioError `IntegrityViolation` for the opening of another decision
 */
export function openedValues(opening: DecisionOpening, certificate: Certificate): Readonly<Record<string, DisclosedValue>> {
  return openedPaths(opening, certificate);
}

/** As `openedValues`, of whatever commits to paths: a decision, a plan. @throws CaioError `IntegrityViolation` */
export function openedPaths(
  { decisionKey, disclosed }: DecisionOpening,
  { decisionId, request }: { readonly decisionId: string; readonly request: Certificate["request"] },
): Readonly<Record<string, DisclosedValue>> {
  if (identityOf(decisionKey).decisionId !== decisionId) throw foreign(decisionId, "the key");
  const key = fromHex(decisionKey);
  // What was kept is held against its commitments, so that its form needs no other check.
  const values = JSON.parse(disclosed) as JsonObject;
  return Object.fromEntries(
    Object.entries(values).map(([path, value]) => {
      const salt = derive(key, "salt", path);
      if (sha256Hex(COMMITMENT, salt, canonicalJson(value)) !== request.paths[path]) throw foreign(decisionId, path);
      return [path, { salt: toHex(salt), value }];
    }),
  );
}

function foreign(decisionId: string, part: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `What was kept of decision ${decisionId.slice(0, 12)} is of another: ${part} does not fit its certificate.`, {
    details: { decision: decisionId, part },
  });
}
