import type { Principal } from "@caio/contracts";
import { canonicalJson, CaioError, digest, sha256Hex, type Digest, type JsonObject, type JsonValue } from "@caio/core";
import type { ApprovalRequest } from "@caio/orchestrator";

/** `used`: a call was made under it, and no other ever will be. */
export type ApprovalStatus = "pending" | "approved" | "denied" | "used" | "expired";

/** A question to a person: may this request of this caller go to this service, under this contract? */
export interface Approval {
  readonly id: string;
  /** Digest of all that is approved; the same request of the same caller to the same service has the same. */
  readonly binding: Digest;
  /** The decision that was not executed for want of it. */
  readonly decisionId: Digest;
  readonly asker: Pick<Principal, "subject" | "issuer" | "tenant">;
  readonly service: string;
  readonly model: string | null;
  readonly action: string;
  /** What the caller sent; where it is too long to keep, how long it is, its digest, and how it begins. */
  readonly content: JsonObject;
  /** Milliseconds since 1970-01-01T00:00:00Z, as all times here. */
  readonly askedAt: number;
  readonly expiresAt: number;
  status: ApprovalStatus;
  decided?: { readonly by: string; readonly at: number; readonly reason: string | undefined };
}

/** Characters of a request that are kept for whoever approves it; of a longer one its beginning. */
const MAX_CONTENT = 65_536;
const HEAD = 8192;

/** @param times - when it was asked, and until when it may be answered and used */
export function newApproval(id: string, asked: ApprovalRequest, times: Pick<Approval, "askedAt" | "expiresAt">): Approval {
  const { decision, document, principal } = asked;
  const { service, model } = decision.outcome.selected;
  const { subject, issuer, tenant } = principal;
  return {
    ...{ id, binding: bindingOf(asked), decisionId: decision.decisionId, asker: { subject, issuer, tenant }, service, model },
    ...{ action: document.action.kind, content: contentOf(asked), ...times, status: "pending" },
  };
}

/** Names are kept as they are, so that no two requests share a binding. */
export function bindingOf({ decision, document, principal }: ApprovalRequest): Digest {
  const { service, model, contractDigest } = decision.outcome.selected;
  const { subject, issuer, tenant } = principal;
  return digest(["caio-approval-v1", [subject, issuer, tenant], [service, model, contractDigest], document as unknown as JsonValue]);
}

function contentOf({ document: { intent, context, data } }: ApprovalRequest): JsonObject {
  const content = { intent: intent.text ?? null, context: context.map(({ role, text }) => ({ role, text })), payload: data.payload ?? null };
  const text = canonicalJson(content);
  if (text.length <= MAX_CONTENT) return content;
  // Half a character is none.
  const head = text.slice(0, HEAD).replace(/[\ud800-\udbff]$/, "");
  return { too_long: { bytes: Buffer.byteLength(text), sha256: sha256Hex(Buffer.from(text)), head } };
}

/** A person in the log: the key, or the issuer of the token; never a name. */
export function approverName({ evidence, issuer }: Principal): string {
  return evidence.method === "api_key" && evidence.keyId !== undefined ? `key ${evidence.keyId}` : `a token of ${issuer}`;
}

/** Why a request was not executed, with what its caller can do next. */
export function notApproved({ id, status, decided, expiresAt, service }: Approval, decisionId: Digest): CaioError<"ApprovalRequired"> {
  const why = status === "denied"
    ? `its approval was denied${decided?.reason === undefined ? "" : `: ${decided.reason}`}.`
    : `a person has to approve it: POST /api/v1/approvals/${id}. Once that is done, send the same request again with caio-approval: ${id}.`;
  return new CaioError("ApprovalRequired", `Decision ${decisionId.slice(0, 12)} for service ${service} was not executed: ${why}`, {
    details: { decision: decisionId, obligation: "human_approval", approval: id, status, expires_at: expiresAt },
  });
}
