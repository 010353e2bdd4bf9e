import { CaioError } from "@caio/core";
import { findConflicts, type PolicySet } from "@caio/rules";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN, requirePermission } from "../../door/authenticate.ts";
import { callerOf } from "../../http/app.ts";
import { readQuery } from "../../http/read-query.ts";
import { contractOf, policyOf } from "../../native/documents.ts";
import { registrationOf } from "../../wiring/contract-encodings.ts";
import type { GatewayCore } from "../../wiring/gateway-core.ts";
import { draftedPolicies, type Drafts } from "./drafts.ts";
import { judgeAgain, judgement } from "./judge-again.ts";

/** A document as YAML text, or as the value that JSON has. */
const documents = z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).max(100);
const body = z.strictObject({
  policies: documents.default([]),
  contracts: documents.default([]),
  without_services: z.array(z.string().min(1).max(63)).max(100).default([]),
  last: z.int().min(1).max(200).default(200),
  tenant: z.string().min(1).max(200).optional(),
});

const finding = z.strictObject({ kind: z.string(), severity: z.enum(["error", "warning", "info"]), rules: z.array(z.string()), message: z.string() });

/** `kept`: the requests that are there to be judged; `findings`: what is doubtful in the drafts, as `POST /api/v1/policies/validate` says it. */
export const whatIfReply = judgement.extend({
  kept: z.int().min(0),
  currency: z.string(),
  findings: z.array(z.strictObject({ policy: z.string(), findings: z.array(finding) })),
});

/** What drafts of policies and contracts would have changed in the last requests. Nothing of it is kept. */
export function whatIfRoute(app: FastifyInstance, { recent, policies, readers, encoder, ports }: GatewayCore): void {
  let underWay = false;
  const described = {
    validatorCompiler: () => () => true,
    config: { answers: whatIfReply },
    schema: { summary: "Decides the last requests again with other policies and contracts, and says which would come out otherwise, and why; nothing is kept, executed or spent; for admins", body: z.toJSONSchema(body, { target: "draft-7", io: "input" }) },
  };
  app.post("/api/v1/what-if", described, async (request): Promise<z.output<typeof whatIfReply>> => {
    requirePermission(callerOf(request), ADMIN);
    const { last, tenant, ...asked } = readQuery(body, request.body);
    // One at a time: each keeps a processor busy.
    if (underWay) throw new CaioError("Overloaded", "Another what-if is being judged. Ask again when it is over.", { details: { retry_after_s: 2 } });
    underWay = true;
    try {
      const drafts = await draftsOf(asked);
      // Also where no request is there to say it.
      draftedPolicies(policies.snapshot, drafts.policies);
      const { currency } = policies.snapshot.base;
      // What was decided while the base policy was in another currency cost something else.
      const comparable = recent.newest(last, tenant).filter(({ inputs }) => inputs.policy.snapshot.base.currency === currency);
      const judged = await judgeAgain(comparable, drafts, () => ports.clock.nowUs());
      return { ...judged, kept: recent.size, currency, findings: drafts.policies.map(findingsOf) };
    } finally {
      underWay = false;
    }
  });

  const draftsOf = async ({ policies: sets, contracts, without_services: withoutServices }: Omit<z.output<typeof body>, "last" | "tenant">): Promise<Drafts> => {
    const read = { policies: sets.map((each, at) => policyOf(each, `<body>/policies/${String(at)}`)), contracts: contracts.map((each, at) => contractOf(each, readers, `<body>/contracts/${String(at)}`)) };
    return { policies: read.policies, contracts: await Promise.all(read.contracts.map((contract) => registrationOf(contract, encoder))), withoutServices };
  };
}

function findingsOf(policy: PolicySet): z.output<typeof whatIfReply>["findings"][number] {
  return { policy: policy.id, findings: findConflicts(policy).map((each) => ({ ...each, rules: [...each.rules] })) };
}
