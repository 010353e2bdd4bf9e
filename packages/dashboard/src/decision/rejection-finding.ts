import type { Json } from "@caio/verifier";

import { assumptionFinding, constraintFinding } from "./demand-findings.ts";
import { WITHHELD, type Finding } from "./finding.ts";
import { limitsInForce } from "./limits-in-force.ts";
import { promisedLatency, worstCost, type PairOffer } from "./pair-offer.ts";
import type { Guarantee } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import { memberOf, numberAt, textsAt, textsOf, valueAt } from "./request-paths.ts";
import { duration, guaranteeText, listText, money, share } from "./words.ts";

/** What was found and asked at a clause; undefined where there is no more to say than the clause does. */
export function findingOf(clause: string, offer: PairOffer, receipt: Receipt): Finding | undefined {
  return FINDINGS[clause]?.(offer, receipt);
}

const FINDINGS: Readonly<Record<string, (offer: PairOffer, receipt: Receipt) => Finding | undefined>> = {
  health: ({ leaf }) => ({ found: leaf?.health === "unhealthy" ? "measured as unhealthy" : "being drained", asked: "healthy, not drained" }),
  capabilities: ({ types }, receipt) => ({ found: listText(types), asked: capabilitiesAsked(valueAt(receipt, "requirements.capabilities")) }),
  guarantees: guaranteeFinding,
  constraints: constraintFinding,
  assumptions: assumptionFinding,
  authorization: ({ contract: { access } }, receipt) => {
    const permissions = textsAt(receipt, "principal.permissions");
    const asked = access.required_permissions.length === 0 ? "a contract that says it is public" : `${access.match === "all" ? "all" : "one"} of ${listText(access.required_permissions)}`;
    return { found: permissions === undefined ? WITHHELD : `the caller has ${listText(permissions)}`, asked };
  },
  privacy: ({ contract: { privacy } }, receipt) => {
    const labels = textsAt(receipt, "labels");
    const sealed = privacy.encryption === true ? `encrypted ${(privacy.encryption_type ?? "in some way").replaceAll("_", " ")}` : "not encrypted";
    return { found: `${(privacy.data_locality ?? "external").replaceAll("_", " ")}, ${sealed}`, asked: labels === undefined ? WITHHELD : `fit for ${listText(labels)}` };
  },
  trust: ({ contract: { access } }, receipt) => {
    const trust = numberAt(receipt, "principal.trust");
    return { found: trust === undefined ? WITHHELD : `the caller has ${String(trust ?? 0)}`, asked: `at least ${String(access.required_trust_level)} of 10` };
  },
  access: ({ contract: { access, privacy, metadata } }) => ({ found: `tenants ${listText(access.tenants, "all")}, regions ${listText(privacy.regions ?? [], "unsaid")}, route ${metadata.route ?? "external"}`, asked: "within the caller's boundary" }),
  safety: ({ contract: { alignment } }, receipt) => {
    const words = [...(textsAt(receipt, "intent.categories") ?? [WITHHELD]), ...(textsAt(receipt, "labels") ?? [WITHHELD])];
    return { found: `${alignment.content_filtering === true ? "filters" : "does not filter"} content; the request is about ${listText(words, "nothing named")}`, asked: "nothing forbidden, filtering where it is demanded, approval before anything destructive" };
  },
  policy: ({ contract: { privacy } }, receipt) => {
    const asked = valueAt(receipt, "requirements.privacy");
    const found = `${(privacy.data_locality ?? "external").replaceAll("_", " ")}, ${privacy.encryption === true ? "encrypted" : "not encrypted"}, compliance ${listText(privacy.compliance)}`;
    return { found, asked: asked === undefined ? WITHHELD : privacyAsked(asked) };
  },
  budget: (offer, receipt) => {
    const { budgetMicros, currency } = limitsInForce(receipt);
    const cost = worstCost(receipt, offer);
    const found = cost === "silent" ? "leaves its cost open" : cost === "currency" ? `a price in ${offer.cost?.currency ?? "another currency"}, for which there is no rate` : cost === undefined ? "a worst case that the receipt does not tell" : `${money(cost, currency)} at worst`;
    return { found, asked: typeof budgetMicros === "number" ? `at most ${money(budgetMicros, currency)}` : "at most the budget" };
  },
  latency: (offer, receipt) => {
    const { latencyUs, coveragePpm } = limitsInForce(receipt);
    if (coveragePpm === undefined) return { found: WITHHELD, asked: WITHHELD };
    const [promised, declared] = [promisedLatency(offer, coveragePpm), promisedLatency({ ...offer, leaf: null }, coveragePpm)];
    const measured = declared === null ? `promises no latency in ${share(coveragePpm)} of calls` : `its promise of ${duration(declared)} was found broken; nothing measured holds in ${share(coveragePpm)} of calls`;
    return { found: promised === null ? measured : `promises ${duration(promised)}`, asked: typeof latencyUs === "number" ? `at most ${duration(latencyUs)} in ${share(coveragePpm)} of calls` : WITHHELD };
  },
};

function capabilitiesAsked(groups: Json | undefined): string {
  if (groups === undefined) return WITHHELD;
  if (!Array.isArray(groups)) return "nothing";
  const texts = groups.map((group: Json) => {
    const alternatives = memberOf(group, "any_of");
    return Array.isArray(alternatives) ? alternatives.map((wanted: Json) => capabilityText(wanted)).join(" or ") : "";
  });
  return listText(texts, "nothing");
}

function capabilityText(wanted: Json): string {
  const parameters = memberOf(wanted, "parameters");
  const type = memberOf(wanted, "type");
  const names = typeof parameters === "object" && parameters !== null ? Object.keys(parameters) : [];
  return `${typeof type === "string" ? type : ""}${names.length === 0 ? "" : ` with ${names.join(", ")}`}`;
}

/** The first demand that the pair does not meet by what it declares, or by what was measured of it. */
function guaranteeFinding({ guarantees, leaf }: PairOffer, receipt: Receipt): Finding {
  const demands = valueAt(receipt, "requirements.guarantees");
  if (demands === undefined) return { found: listText(guarantees.map(guaranteeText), "promises nothing"), asked: WITHHELD };
  const wanted = (Array.isArray(demands) ? demands : []) as unknown as readonly Guarantee[];
  const measured = leaf?.promises ?? [];
  const unmet = wanted.find((demand) => !meets(guarantees, demand) || (measured.some(({ property }) => property === demand.property) && !meets(measured, demand)));
  if (unmet === undefined) return { found: listText(guarantees.map(guaranteeText), "promises nothing"), asked: listText(wanted.map(guaranteeText)) };
  const own = guarantees.filter(({ property }) => property === unmet.property).map(guaranteeText);
  const seen = measured.filter(({ property }) => property === unmet.property).map((promise) => `measured ${guaranteeText(promise)}`);
  return { found: listText([...own, ...seen], `promises no ${unmet.property}`), asked: guaranteeText(unmet) };
}

function meets(offers: readonly Guarantee[], { property, coverage_ppm: coverage, bound }: Guarantee): boolean {
  const within = (inner: Guarantee["bound"]): boolean =>
    (bound.max_us === undefined || (inner.max_us ?? Infinity) <= bound.max_us) && (bound.max_micros === undefined || (inner.max_micros ?? Infinity) <= bound.max_micros) &&
    (bound.min_us === undefined || (inner.min_us ?? -Infinity) >= bound.min_us) && (bound.min_micros === undefined || (inner.min_micros ?? -Infinity) >= bound.min_micros);
  return offers.some((offer) => offer.property === property && offer.coverage_ppm >= coverage && within(offer.bound));
}

function privacyAsked(asked: Json): string {
  const encryption = memberOf(asked, "encryption");
  const parts = [
    ...(memberOf(asked, "on_device") === true ? ["on the device"] : []),
    ...(typeof encryption === "string" ? [encryption === "any" ? "encrypted" : `encrypted ${encryption.replaceAll("_", " ")}`] : []),
    ...textsOf(memberOf(asked, "compliance")),
  ];
  return listText(parts, "nothing");
}
