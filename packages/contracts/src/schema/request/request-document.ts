import { z } from "zod";

import { propertyCatalogue } from "../../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../../catalogue/property.ts";
import type { ContextItem, RequestDocument, RequestLimits } from "../../request.ts";
import type { Requirements } from "../../requirements.ts";
import { capability } from "../capability.ts";
import { integer, refuseIssue } from "../decimal.ts";
import { id, mediaType, setOf, word } from "../encodings.ts";
import { jsonValue } from "../json-value.ts";
import { mapping, stampedByDoor } from "../mapping.ts";
import { plan } from "./plan.ts";
import { anyConstraints, anyPrivacy, durationLimit, limits, requirements, size } from "./request-terms.ts";

/** Items of the context of a request. */
export const MAX_CONTEXT_ITEMS = 64;

const intent = mapping({ text: z.string().exactOptional(), categories: setOf(word).exactOptional() });
const action = mapping({ kind: z.enum(["read", "write", "destructive"]) });
const data = mapping({
  labels: setOf(word).exactOptional(),
  media_type: mediaType.exactOptional(),
  payload: jsonValue.exactOptional(),
});

/** A list of items; the short form of the original is an empty mapping. */
const context = z.union([
  z.array(mapping({ role: word, text: z.string() })).max(MAX_CONTEXT_ITEMS),
  mapping({}).transform((): ContextItem[] => []),
]);

/** A request document, in its long form and the two short ones, as it normalises (formats, Request document). */
export function requestDocument(
  catalogue: readonly PropertyDefinition[] = propertyCatalogue,
): z.ZodType<RequestDocument> {
  return mapping({
    caio_request: integer(1, 1).exactOptional(),
    name: z.string().min(1).max(128).exactOptional(),
    intent: intent.exactOptional(),
    action: action.exactOptional(),
    context: context.exactOptional(),
    data: data.exactOptional(),
    size: size.exactOptional(),
    requirements: requirements(catalogue).exactOptional(),
    capability: capability("demand").exactOptional(),
    limits: limits.exactOptional(),
    max_latency_ms: durationLimit().exactOptional(),
    policies: setOf(id).exactOptional(),
    fallback: z.boolean().exactOptional(),
    plan: z.union([z.null(), plan]).exactOptional(),
    now: stampedByDoor,
    decision_key: stampedByDoor,
    test_key: stampedByDoor,
    principal: stampedByDoor,
    traits: stampedByDoor,
    detected: stampedByDoor,
    detected_labels: stampedByDoor,
    fields: stampedByDoor,
    lineage: stampedByDoor,
  }).transform((raw, refinement): RequestDocument => {
    const media = raw.data?.media_type;
    const payload = raw.data?.payload;
    return {
      ...(raw.name === undefined ? {} : { name: raw.name }),
      intent: { ...(raw.intent?.text === undefined ? {} : { text: raw.intent.text }), categories: raw.intent?.categories ?? [] },
      action: { kind: raw.action?.kind ?? "read" },
      context: raw.context ?? [],
      data: {
        labels: raw.data?.labels ?? [],
        ...(media === undefined ? {} : { mediaType: media }),
        ...(payload === undefined ? {} : { payload }),
      },
      size: raw.size ?? {},
      requirements: withShortForm(raw, refinement),
      limits: limitsOf(raw, refinement),
      policies: raw.policies ?? [],
      fallback: raw.fallback ?? true,
      plan: raw.plan ?? null,
    };
  });
}

interface ShortForms {
  readonly requirements?: Requirements;
  readonly capability?: Requirements["capabilities"][number]["anyOf"][number];
  readonly limits?: RequestLimits;
  readonly max_latency_ms?: number;
}

/** `capability: c` asks for c and nothing else. */
function withShortForm(raw: ShortForms, context: z.core.$RefinementCtx): Requirements {
  const said = raw.requirements ?? { capabilities: [], guarantees: [], constraints: anyConstraints, privacy: anyPrivacy };
  if (raw.capability === undefined) return said;
  if (said.capabilities.length > 0) {
    refuseIssue(context, { found: "capability beside requirements.capabilities", expected: "one of the two" }, ["capability"]);
  }
  return { ...said, capabilities: [{ anyOf: [raw.capability] }] };
}

/** `max_latency_ms` is `limits.latency_ms`. */
function limitsOf(raw: ShortForms, context: z.core.$RefinementCtx): RequestLimits {
  const said = raw.limits ?? {};
  if (raw.max_latency_ms === undefined) return said;
  if (said.latencyUs !== undefined) {
    refuseIssue(context, { found: "max_latency_ms beside limits.latency_ms", expected: "one of the two" }, ["max_latency_ms"]);
  }
  return { ...said, latencyUs: raw.max_latency_ms };
}
