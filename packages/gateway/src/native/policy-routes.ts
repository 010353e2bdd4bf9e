import { CaioError } from "@caio/core";
import { effectivePolicy, findConflicts, policyToWire, type PolicyChange, type PolicySet, type RuleFinding, type StoredPolicy } from "@caio/rules";
import type { FastifyContextConfig, FastifyInstance, FastifyRequest, FastifySchema } from "fastify";
import { z } from "zod";

import { ORIGINAL } from "../docs/api-document.ts";
import { ADMIN, requirePermission } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { policiesOf, policyOf } from "./documents.ts";
import { differences } from "./policy-diff.ts";
import { expectedBy, policyTag } from "./policy-tag.ts";

interface ById {
  readonly Params: { readonly id: string };
}
interface Described {
  readonly config: FastifyContextConfig;
  readonly schema: FastifySchema;
}
const number = z.coerce.number().int().min(1);
const span = z.object({ from: number, to: number.optional() });
const rollback = z.object({ version: number, reason: z.string().max(500).optional() });

/** Policies with all their versions. `/configurations` is the original's word for the same. */
export function policyRoutes(app: FastifyInstance, core: GatewayCore): void {
  for (const root of [ROOT, "/api/v1/configurations", "/configurations"]) routesUnder(app, core, root);
}

const ROOT = "/api/v1/policies";

function routesUnder(app: FastifyInstance, { policies, ports }: GatewayCore, root: string): void {
  const described = (summary: string, config: FastifyContextConfig = {}): Described => ({ config, schema: { summary, ...(root === ROOT ? {} : { tags: [ORIGINAL] }) } });
  const changeOf = (request: FastifyRequest, reason?: string): PolicyChange => {
    const caller = callerOf(request);
    requirePermission(caller, ADMIN);
    return { actor: caller.evidence.keyId ?? caller.subject, at: ports.door.now(), ...(reason === undefined ? {} : { reason }) };
  };
  const versionOf = async (id: string, version?: number): Promise<StoredPolicy> => {
    const stored = version === undefined ? await policies.store.active(id) : await policies.store.get(id, version);
    if (stored === undefined) throw new CaioError("UnknownPolicy", `No policy ${id}${version === undefined ? "" : ` of version ${String(version)}`}. List them: GET ${root}`, { details: { policy: id } });
    return stored;
  };

  app.get(root, described("The active version of every policy"), async () => ({ version: policies.snapshot.version, base: policies.baseId, policies: (await policies.active()).map(briefly) }));
  app.post(root, described("Keeps a version and uses it from the next decision on; `If-Match` with the ETag of a version: only if that is in force", { reads: "Policy" }), async (request, reply) => {
    const policy = policyOf(request.body);
    const change = changeOf(request);
    const stored = await policies.put(policy, change, expectedBy(request.headers["if-match"]));
    return reply.code(201).header("etag", policyTag(stored)).send({ ...briefly(stored), findings: findConflicts(policy) });
  });
  app.post(`${root}/validate`, described("What is wrong or doubtful in a policy, alone and beside the base policy; nothing is kept", { reads: "Policy" }), (request) => {
    const policy = policyOf(request.body);
    return { valid: true, id: policy.id, findings: [...findConflicts(policy), ...findingsBeside(policies.snapshot.base, policy)] };
  });
  app.get(`${root}/audit`, described("Every change: who, when, what"), async (request) => {
    requirePermission(callerOf(request), ADMIN);
    return { changes: await policies.store.audit() };
  });
  app.get(`${root}/export`, described("All active policies in one document"), async () => ({ caio_policies: 1, base: policies.baseId, policies: (await policies.active()).map(({ policy }) => policyToWire(policy)) }));
  app.post(`${root}/import`, described("All policies of such a document at once, or none; others stay as they are", { reads: "Policies" }), async (request) => {
    const change = changeOf(request, "import");
    if (request.headers["if-match"] !== undefined) throw new CaioError("InvalidRequest", "If-Match: found it on an import, where no tag is of all policies. Send it with each policy alone, or leave it out.");
    const { base, policies: all } = policiesOf(request.body);
    const stored = await policies.putAll(all, change);
    return { base: policies.baseId, exported_base: base ?? null, policies: stored.map(briefly), findings: all.flatMap((policy) => findConflicts(policy)) };
  });
  app.get<ById>(`${root}/:id`, described("The active version"), async (request, reply) => {
    const stored = await versionOf(request.params.id);
    return reply.header("etag", policyTag(stored)).send(whole(stored));
  });
  app.get<ById>(`${root}/:id/versions`, described("All versions, oldest first"), async (request) => ({ versions: (await policies.store.versions(request.params.id)).map(briefly), active: (await versionOf(request.params.id)).version }));
  app.get<ById & { readonly Params: { readonly version: string } }>(`${root}/:id/versions/:version`, described("One version"), async (request) => whole(await versionOf(request.params.id, readQuery(number, request.params.version))));
  app.get<ById>(`${root}/:id/diff`, described("Where two versions differ; `to` is the active one unless said", { asks: span }), async (request) => {
    const { from, to } = readQuery(span, request.query);
    const [before, after] = [await versionOf(request.params.id, from), await versionOf(request.params.id, to)];
    return { from: before.version, to: after.version, differences: differences(policyToWire(before.policy), policyToWire(after.policy)) };
  });
  app.post<ById>(`${root}/:id/rollback`, described("Uses an earlier version again; `If-Match` as of a save", { reads: "Rollback" }), async (request, reply) => {
    const { version, reason } = readQuery(rollback, request.body);
    const stored = await policies.activate(request.params.id, version, changeOf(request, reason), expectedBy(request.headers["if-match"]));
    return reply.header("etag", policyTag(stored)).send(briefly(stored));
  });
}

/**
 * What is doubtful about a policy's rules and those of the base together, where a request names it: a rule of its own is called `policyId/ruleId`.
 *
 * @throws CaioError `InvalidPolicy` if no request could name it
 */
function findingsBeside(base: PolicySet, policy: PolicySet): readonly RuleFinding[] {
  if (policy.id === base.id) return [];
  const isOwn = (rule: string): boolean => rule.startsWith(`${policy.id}/`);
  return findConflicts(effectivePolicy(base, [policy])).filter(({ rules }) => rules.some(isOwn) && !rules.every(isOwn));
}

function briefly({ policy, version, digest }: StoredPolicy): object {
  return { id: policy.id, version, digest, rules: policy.rules.length };
}

function whole(stored: StoredPolicy): object {
  return { ...briefly(stored), policy: policyToWire(stored.policy) };
}
