import * as z from "zod/mini";

const numbers = z.array(z.number());

/** Columns of equal length, one place per decision, oldest first; sizes in millionths (calculus §9). */
const steps = z.object({
  at: numbers,
  decision: z.array(z.string()),
  service: z.array(z.string()),
  model: z.array(z.nullable(z.string())),
  kind: z.array(z.enum(["steer", "nudge"])),
  energy_micros: numbers,
  bound_micros: numbers,
  u_norm_micros: numbers,
  scaled: z.array(z.boolean()),
  amplitude_micros: numbers,
  rest_micros: numbers,
  power_micros: z.array(z.nullable(z.number())),
});

const conversation = z.object({
  id: z.string(),
  tenant: z.string(),
  count: z.number(),
  first_at: z.number(),
  last_at: z.number(),
  steps,
  last: z.object({ decision: z.string(), service: z.string(), u: numbers, u_modes_micros: numbers, field_modes_micros: z.nullable(numbers) }),
});

/** `GET /api/v1/control`. */
export const controlReply = z.object({ loop: z.enum(["maia", "none"]), e_max_micros: z.number(), since: z.number(), conversations: z.array(conversation) });

export type ControlReply = z.output<typeof controlReply>;
export type Conversation = ControlReply["conversations"][number];
