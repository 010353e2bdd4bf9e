import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN } from "../../door/authenticate.ts";
import { callerOf } from "../../http/app.ts";
import { readQuery } from "../../http/read-query.ts";
import type { GatewayCore } from "../../wiring/gateway-core.ts";
import { seenTenant } from "../seen-tenant.ts";
import type { Conversation } from "./control-steps.ts";

const whole = z.int();
const count = whole.min(0);
const query = z.object({
  tenant: z.string().min(1).max(200).optional(),
  conversation: z.string().min(1).max(64).optional(),
  conversations: z.coerce.number().int().min(1).max(50).default(50),
  points: z.coerce.number().int().min(1).max(200).default(60),
});

/** Columns of equal length, one place per decision, oldest first. */
const steps = z.strictObject({
  at: z.array(count),
  decision: z.array(z.string()),
  service: z.array(z.string()),
  model: z.array(z.string().nullable()),
  kind: z.array(z.enum(["steer", "nudge"])),
  /** E before, the largest ‖u‖ allowed, ‖u‖ (calculus §9), micros. */
  energy_micros: z.array(count),
  bound_micros: z.array(count),
  u_norm_micros: z.array(count),
  scaled: z.array(z.boolean()),
  /** How much of Ψ is in the mode of the service that was chosen, and how much else in the high band, micros. */
  amplitude_micros: z.array(count),
  rest_micros: z.array(count),
  /** What u adds to the energy in a unit of time; null where nobody reports Ψ̇. */
  power_micros: z.array(whole.nullable()),
});

const conversation = z.strictObject({
  id: z.string(),
  tenant: z.string(),
  count,
  first_at: count,
  last_at: count,
  steps,
  /** The last one whole: u(t), 64 complex samples interleaved, micros; energy by mode of u and, for admins alone, of Ψ, since that is made of what was said. */
  last: z.strictObject({ decision: z.string(), service: z.string(), model: z.string().nullable(), u: z.array(whole), u_modes_micros: z.array(count), field_modes_micros: z.array(count).nullable() }),
});

/** `loop`: whether MAIA is connected; without it each request has a field of its own. `e_max_micros`: the energy that control may not pass. */
export const controlReply = z.strictObject({ loop: z.enum(["maia", "none"]), e_max_micros: count, since: count, conversations: z.array(conversation) });

/** Modes, u and energy of the last decisions, by conversation. */
export function controlRoute(app: FastifyInstance, { control, policies, ports, evidence }: GatewayCore): void {
  const summary = "What control did in the last decisions, by who asked: energy, bound, u and its modes; of one's tenant, for admins of all or of `tenant`. In memory since the gateway began";
  app.get("/api/v1/control", { config: { asks: query, answers: controlReply }, schema: { summary } }, (request): z.output<typeof controlReply> => {
    const { tenant: named, conversation: id, conversations, points } = readQuery(query, request.query);
    const tenant = seenTenant(request, named);
    const seesFields = callerOf(request).permissions.includes(ADMIN);
    const all = control.conversations(tenant).filter((each) => id === undefined || each.id === id);
    const { eMaxMicros } = policies.snapshot.base.control;
    return { loop: ports.maia === undefined ? "none" : "maia", e_max_micros: eMaxMicros, since: evidence.since, conversations: all.slice(0, conversations).flatMap((each) => conversationReply(each, points, seesFields)) };
  });
}

function conversationReply({ id, tenant, count: made, firstAt, steps: kept }: Conversation, points: number, seesFields: boolean): [] | [z.output<typeof conversation>] {
  const shown = kept.slice(-points);
  const last = shown.at(-1);
  if (last === undefined) return [];
  const modes = last.modes;
  return [{
    ...{ id, tenant, count: made, first_at: firstAt, last_at: last.at },
    steps: {
      at: shown.map(({ at }) => at),
      decision: shown.map(({ decision }) => decision),
      service: shown.map(({ service }) => service),
      model: shown.map(({ model }) => model),
      kind: shown.map(({ control }) => control.kind),
      energy_micros: shown.map(({ control }) => control.energyBeforeMicros),
      bound_micros: shown.map(({ control }) => control.boundMicros),
      u_norm_micros: shown.map(({ reading }) => reading.uNorm),
      scaled: shown.map(({ control }) => control.scaled),
      amplitude_micros: shown.map(({ reading }) => reading.amplitude),
      rest_micros: shown.map(({ reading }) => reading.rest),
      power_micros: shown.map(({ reading }) => reading.power),
    },
    last: { decision: last.decision, service: last.service, model: last.model, u: [...last.control.u], u_modes_micros: [...modes.u], field_modes_micros: seesFields ? [...modes.field] : null },
  }];
}
