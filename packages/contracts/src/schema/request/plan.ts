import { z } from "zod";

import type { Plan } from "../../request.ts";
import { id } from "../encodings.ts";
import { mapping } from "../mapping.ts";

/** A tree of step names: a name, `{ seq: […] }` or `{ par: […] }`. */
export const plan: z.ZodType<Plan> = z.lazy(() =>
  z.union([id, mapping({ seq: z.array(plan).min(1) }), mapping({ par: z.array(plan).min(1) })]),
);
