import { z } from "zod";

const described = z.object({
  name: z.string().nullish(),
  models: z.array(z.json()).optional(),
  capabilities: z.array(z.object({ type: z.string() })),
  privacy: z.object({ data_locality: z.string().nullish() }).optional(),
});

/** Services of a gateway, with what a table shows of their contracts. */
export const servedList = z.object({
  services: z.array(z.object({ service_id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/), version: z.string(), contract_digest: z.string(), draining: z.boolean(), contract: described })),
});
export type ServedList = z.output<typeof servedList>;
