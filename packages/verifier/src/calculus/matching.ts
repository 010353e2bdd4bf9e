import type { Capability, Guarantee } from "../shape/wire-shapes.ts";
import { spend } from "../cel/cel-program.ts";
import { holds, outputTokens, type Pair, type Scene } from "./scene.ts";

const LOCALITIES = ["on_device", "local", "private_cloud", "external"];

/** The clauses of step 1, in order (calculus §1, §2). */
export const matching: readonly (readonly [string, (scene: Scene, pair: Pair) => boolean])[] = [
  ["excluded", ({ certificate, work }, { service, model }) => {
    const excluded = certificate.lineage?.excluded ?? [];
    spend(work, excluded.length);
    return !excluded.some((pair) => pair.service === service && pair.model === model);
  }],
  ["health", (_scene, { draining, leaf }) => !draining && leaf?.health !== "unhealthy"],
  ["capabilities", ({ request, work }, { capabilities }) => (request.get("requirements.capabilities") ?? []).every(({ any_of }) =>
    any_of.some((wanted) => {
      spend(work, capabilities.length);
      return capabilities.some((offered) => refinesCapability(offered, wanted));
    }))],
  ["guarantees", ({ request, work }, pair) => (request.get("requirements.guarantees") ?? []).every((demand) => {
    spend(work, pair.guarantees.length + (pair.leaf?.promises.length ?? 0));
    return meetsDemand(pair, demand);
  })],
  ["constraints", meetsConstraints],
  ["assumptions", meetsAssumptions],
];

/** c ⊑ q for types: equal, or continuing after a dot. */
export function refinesType(offered: string, wanted: string): boolean {
  return offered === wanted || offered.startsWith(`${wanted}.`);
}

function refinesCapability(offered: Capability, wanted: Capability): boolean {
  return refinesType(offered.type, wanted.type) && Object.entries(wanted.parameters).every(([name, asked]) => {
    const given = Object.hasOwn(offered.parameters, name) ? offered.parameters[name] : undefined;
    if (typeof asked === "string" || typeof asked === "boolean") return given === asked;
    if (isTexts(asked)) return isTexts(given) && asked.every((item) => holds(given, item));
    return typeof given === "object" && !isTexts(given) && isWithin([given.min_micros, given.max_micros], [asked.min_micros, asked.max_micros]);
  });
}

/** Whether the pair meets a demand by its declared promises, and by its measured ones if there are any of the property. */
function meetsDemand({ guarantees, leaf }: Pair, demand: Guarantee): boolean {
  const meets = (offers: readonly Guarantee[]): boolean => offers.some((offer) => offer.coverage_ppm >= demand.coverage_ppm && boundWithin(offer, demand));
  const measured = (leaf?.promises ?? []).filter(({ property }) => property === demand.property);
  return meets(guarantees.filter(({ property }) => property === demand.property)) && (measured.length === 0 || meets(measured));
}

function boundWithin({ bound: inner }: Guarantee, { bound: outer }: Guarantee): boolean {
  return isWithin([inner.min_us, inner.max_us], [outer.min_us, outer.max_us]) && isWithin([inner.min_micros, inner.max_micros], [outer.min_micros, outer.max_micros]);
}

type Ends = readonly [least: number | undefined, most: number | undefined];

/** An absent end is unbounded. */
function isWithin([low, high]: Ends, [least, most]: Ends): boolean {
  return (least === undefined || (low !== undefined && low >= least)) && (most === undefined || (high !== undefined && high <= most));
}

function meetsConstraints({ request }: Scene, { contract: { privacy, constraints }, service, model }: Pair): boolean {
  const asked = request.get("requirements.constraints");
  if (asked === null) return true;
  const { data_locality: locality, regions = [] } = privacy;
  return (
    (asked.max_locality === undefined || (locality !== undefined && LOCALITIES.indexOf(locality) <= LOCALITIES.indexOf(asked.max_locality))) &&
    (asked.regions.length === 0 || (regions.length > 0 && regions.every((region) => holds(asked.regions, region)))) &&
    (asked.requires_gpu === undefined || constraints.requires_gpu === asked.requires_gpu) &&
    (asked.requires_internet === undefined || constraints.requires_internet === asked.requires_internet) &&
    (asked.services.length === 0 || holds(asked.services, service)) &&
    (asked.models.length === 0 || (model !== null && holds(asked.models, model)))
  );
}

function meetsAssumptions(scene: Scene, pair: Pair): boolean {
  const { request } = scene;
  const { context_length, max_bytes, media_types } = pair.contract.constraints;
  const limit = pair.part.context_tokens ?? context_length?.max_tokens;
  if (limit !== undefined && (request.get("size.input_tokens") ?? 0) + (outputTokens(scene, pair) ?? 0) > limit) return false;
  if (max_bytes !== undefined && (request.get("size.bytes") ?? 0) > max_bytes) return false;
  if (media_types === undefined) return true;
  const media = request.get("data.media_type");
  return media === null || holds(media_types, media);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
