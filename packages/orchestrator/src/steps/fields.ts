import { prepareEncoding, prepareFields, type PreparedEncoding, type PreparedFields } from "@caio/control";
import type { Field, RequestFields } from "@caio/contracts";

/** Step 0: the fields of a request, worked out once (calculus §9). */
export interface DecisionFields {
  readonly prepared: PreparedFields;
  /** The encoding of a contract with its norms. */
  readonly encodingOf: (encoding: Field) => PreparedEncoding;
}

/** Encodings live as long as their registry entries; what is worked out of one is kept beside it. */
const preparedEncodings = new WeakMap<Field, PreparedEncoding>();

/** Projects the intent field and prepares what the score terms need. @throws CaioError `InvalidField` */
export function extractFields(fields: RequestFields): DecisionFields {
  return { prepared: prepareFields(fields), encodingOf };
}

function encodingOf(encoding: Field): PreparedEncoding {
  const known = preparedEncodings.get(encoding);
  if (known !== undefined) return known;
  const prepared = prepareEncoding(encoding);
  preparedEncodings.set(encoding, prepared);
  return prepared;
}
