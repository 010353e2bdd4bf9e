import { prepareFields, type PreparedFields } from "@caio/control";
import { requireFeatures, type Candidate, type ExpectedValues, type RequestFields } from "@caio/contracts";

/** Step 0: the fields of a request, worked out once (calculus §9). */
export interface DecisionFields {
  readonly prepared: PreparedFields;
  /** What a fitted model expects of a pair beyond its average, by pair; micros. */
  readonly expected: ReadonlyMap<string, number>;
}

/** Projects the intent field and prepares what the score terms need. @throws CaioError `InvalidField` */
export function extractFields(fields: RequestFields): DecisionFields {
  if (fields.features !== undefined) requireFeatures(fields.features);
  return { prepared: prepareFields(fields), expected: fields.expected === undefined ? NOTHING : byPair(fields.expected) };
}

/** What is expected of a pair: 0 where no model was asked, or knows it. */
export function expectedOf({ expected }: DecisionFields, { service, model }: Candidate): number {
  return expected.size === 0 ? 0 : (expected.get(pairKey(service, model)) ?? 0);
}

const NOTHING: ReadonlyMap<string, number> = new Map();

function byPair({ pairs }: ExpectedValues): ReadonlyMap<string, number> {
  return new Map(pairs.map(({ service, model, micros }) => [pairKey(service, model), micros]));
}

/** Ids hold no space. */
function pairKey(service: string, model: string | null): string {
  return `${service} ${model ?? ""}`;
}
