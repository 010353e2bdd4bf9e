import { prepareFields, type PreparedFields } from "@caio/control";
import { requireFeatures, type RequestFields } from "@caio/contracts";

/** Step 0: the fields of a request, worked out once (calculus §9). */
export interface DecisionFields {
  readonly prepared: PreparedFields;
}

/** Projects the intent field and prepares what the score terms need. @throws CaioError `InvalidField` */
export function extractFields(fields: RequestFields): DecisionFields {
  if (fields.features !== undefined) requireFeatures(fields.features);
  return { prepared: prepareFields(fields) };
}
