import { WITHHELD, type Finding } from "./finding.ts";
import type { PairOffer } from "./pair-offer.ts";
import type { Receipt } from "./receipt.ts";
import { memberOf, numberAt, textsOf, valueAt } from "./request-paths.ts";
import { listText } from "./words.ts";

const LOCALITIES = ["on_device", "local", "private_cloud", "external"];

/** The first constraint of the request that the pair does not keep; silence keeps none (calculus §2). */
export function constraintFinding({ contract, model }: PairOffer, receipt: Receipt): Finding | undefined {
  const asked = valueAt(receipt, "requirements.constraints");
  if (asked === undefined) return { found: "what its contract says", asked: WITHHELD };
  const { privacy, constraints, service_id: service } = contract;
  const locality = memberOf(asked, "max_locality");
  if (typeof locality === "string" && !isNear(privacy.data_locality, locality)) return { found: `runs ${plain(privacy.data_locality)}`, asked: `no farther than ${plain(locality)}` };
  const regions = textsOf(memberOf(asked, "regions"));
  const own = privacy.regions ?? [];
  if (regions.length > 0 && (own.length === 0 || own.some((region) => !regions.includes(region)))) return { found: `regions ${listText(own, "unsaid")}`, asked: `only ${listText(regions)}` };
  for (const [key, name] of [["requires_gpu", "a GPU"], ["requires_internet", "the internet"]] as const) {
    const wanted = memberOf(asked, key);
    if (typeof wanted === "boolean" && constraints[key] !== wanted) return { found: needs(constraints[key], name), asked: needs(wanted, name) };
  }
  const services = textsOf(memberOf(asked, "services"));
  if (services.length > 0 && !services.includes(service)) return { found: service, asked: `one of ${listText(services)}` };
  const models = textsOf(memberOf(asked, "models"));
  return models.length > 0 ? { found: model?.id ?? "no model", asked: `one of ${listText(models)}` } : undefined;
}

/** What the request brings that the contract does not take. */
export function assumptionFinding({ contract: { constraints }, model }: PairOffer, receipt: Receipt): Finding | undefined {
  const limit = model?.context_tokens ?? constraints.context_length?.max_tokens;
  const [input, output, bytes] = [numberAt(receipt, "size.input_tokens"), numberAt(receipt, "size.max_output_tokens"), numberAt(receipt, "size.bytes")];
  if (input === undefined || output === undefined || bytes === undefined) return { found: "what its contract takes", asked: WITHHELD };
  const wanted = Math.min(output ?? Infinity, model?.max_output_tokens ?? Infinity);
  const tokens = (input ?? 0) + (wanted === Infinity ? 0 : wanted);
  if (limit !== undefined && tokens > limit) return { found: `takes ${String(limit)} tokens`, asked: `${String(tokens)} tokens` };
  if (constraints.max_bytes !== undefined && (bytes ?? 0) > constraints.max_bytes) return { found: `takes ${String(constraints.max_bytes)} bytes`, asked: `${String(bytes)} bytes` };
  const media = valueAt(receipt, "data.media_type");
  return typeof media === "string" ? { found: `takes ${listText(constraints.media_types ?? [], "any media type")}`, asked: media } : undefined;
}

function isNear(own: string | undefined, most: string): boolean {
  return own !== undefined && LOCALITIES.indexOf(own) <= LOCALITIES.indexOf(most);
}

function plain(word: string | undefined): string {
  return word === undefined ? "nobody says where" : word.replaceAll("_", " ");
}

function needs(value: boolean | undefined, name: string): string {
  return value === undefined ? `does not say whether it needs ${name}` : `${value ? "needs" : "needs no"} ${name.replace(/^a /, "")}`;
}
