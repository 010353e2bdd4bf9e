import { parseRequestValue, type CapabilityGroup, type RequestDocument } from "@caio/contracts";

import { AUTO_MODEL, chatDocument } from "../openai/openai-request.ts";

/** Names capabilities that a service must have. */
const REQUIRE = "caio-require";

/** What a caller demands beside the request itself. */
export type CaioTerms = Pick<RequestDocument, "action" | "limits" | "policies" | "fallback" | "requirements"> & {
  readonly labels: readonly string[];
  readonly categories: readonly string[];
};

/**
 * The words of a metadata object that are ours, `caio-require`, `caio-max-cost`, `caio-data-labels` and all the others that a chat request may
 * carry, read as they are there. Lists may be lists or have commas. `requirements.capabilities` holds only what `caio-require` names.
 *
 * @throws CaioError `InvalidRequest`
 */
export function caioTerms(metadata: Readonly<Record<string, unknown>> | undefined): CaioTerms {
  const said = Object.entries(metadata ?? {}).flatMap(([name, value]): [string, string][] => {
    const text = name.startsWith("caio") ? textOf(value) : undefined;
    return text === undefined ? [] : [[name, text]];
  });
  const isRequire = ([name]: readonly [string, string]): boolean => name.replaceAll("_", "-") === REQUIRE;
  const others = Object.fromEntries(said.filter((term) => !isRequire(term)));
  const chat = chatDocument({ model: AUTO_MODEL, messages: [{ role: "user", content: "" }], metadata: others }, {});
  const { action, limits, policies, fallback, requirements, data, intent } = chat;
  return {
    action, limits, policies, fallback,
    // The capability of a chat is not meant.
    requirements: { ...requirements, capabilities: required(said.filter(isRequire).map(([, text]) => text)) },
    labels: data.labels,
    categories: intent.categories,
  };
}

function required(lists: readonly string[]): readonly CapabilityGroup[] {
  const types = [...new Set(lists.flatMap((list) => list.split(",")).map((word) => word.trim()).filter((word) => word !== ""))];
  if (types.length === 0) return [];
  return parseRequestValue({ caio_request: 1, requirements: { capabilities: types.map((type) => ({ type })) } }, { file: "<terms>" }).requirements.capabilities;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value.join(",") : undefined;
}

/** A request document under the terms: what it says itself stays, and what it demands is demanded too. */
export function underTerms(document: RequestDocument, terms: CaioTerms): RequestDocument {
  const { requirements: own } = document;
  return {
    ...document,
    limits: terms.limits,
    policies: terms.policies,
    fallback: terms.fallback,
    data: { ...document.data, labels: terms.labels },
    intent: { ...document.intent, categories: terms.categories },
    requirements: {
      ...terms.requirements,
      capabilities: [...own.capabilities, ...terms.requirements.capabilities],
      constraints: {
        ...terms.requirements.constraints,
        ...(own.constraints.services.length === 0 ? {} : { services: own.constraints.services }),
        models: [],
      },
    },
  };
}
