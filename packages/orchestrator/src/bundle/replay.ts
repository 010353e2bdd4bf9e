import { canonicalJson, type JsonObject, type JsonValue } from "@caio/core";
import type { Bundle, Certificate } from "@caio/traceability";

import type { RoutingDecision } from "../decision.ts";
import { caioRoute } from "../route.ts";
import { bundleCertificate } from "./read-bundle.ts";
import { fromWorldFile } from "./world-file.ts";

/** How a decision compares with its replay. */
export type ReplayComparison =
  | { readonly kind: "identical" }
  /** Made by another version of the decision function, so that a difference says nothing. */
  | { readonly kind: "other_version"; readonly made: string; readonly replayed: string }
  /** The first difference in the order of canonical JSON; undefined where a side has nothing. */
  | {
      readonly kind: "different";
      /** JSON pointer into the certificate (RFC 6901). */
      readonly path: string;
      readonly made: JsonValue | undefined;
      readonly replayed: JsonValue | undefined;
    };

/**
 * Makes the decision of a world file again.
 *
 * @throws CaioError as `fromWorldFile` and `caioRoute`
 */
export function replay(worldFile: string): RoutingDecision {
  const { request, inputs } = fromWorldFile(worldFile);
  return caioRoute(request, inputs);
}

/**
 * Says whether a certificate, or the one of a bundle, is byte for byte what the replay gave. Of a bundle no signature is
 * checked: that is the verifier's work.
 *
 * @throws CaioError `InvalidProof` for a bundle that cannot be read.
 */
export function compareReplay(made: Bundle | Certificate, { certificate }: RoutingDecision): ReplayComparison {
  const [before, after] = [plainJson("payload" in made ? bundleCertificate(made) : made), plainJson(certificate)];
  const version = before["decisionVersion"];
  if (typeof version === "string" && version !== certificate.decisionVersion) {
    return { kind: "other_version", made: version, replayed: certificate.decisionVersion };
  }
  return firstDifference(before, after, "") ?? { kind: "identical" };
}

/** The value as its canonical text says it: what is compared is what is signed. */
function plainJson(value: object): JsonObject {
  const plain: unknown = JSON.parse(canonicalJson(value));
  return plain as JsonObject;
}

function firstDifference(made: JsonValue | undefined, replayed: JsonValue | undefined, path: string): ReplayComparison | undefined {
  if (made === replayed) return undefined;
  const bothLists = Array.isArray(made) && Array.isArray(replayed);
  if (!isContainer(made) || !isContainer(replayed) || (Array.isArray(made) || Array.isArray(replayed)) !== bothLists) {
    return { kind: "different", path, made, replayed };
  }
  const members = [new Map(Object.entries(made)), new Map(Object.entries(replayed))] as const;
  const keys = new Set([...members[0].keys(), ...members[1].keys()]);
  // Indices of lists are in order as they come, which as texts they would not be.
  for (const key of bothLists ? keys : [...keys].sort()) {
    const difference = firstDifference(members[0].get(key), members[1].get(key), `${path}/${escaped(key)}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isContainer(value: JsonValue | undefined): value is JsonObject | readonly JsonValue[] {
  return typeof value === "object" && value !== null;
}

/** RFC 6901 §3 */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
