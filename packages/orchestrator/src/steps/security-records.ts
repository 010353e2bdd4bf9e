import type { AuthenticationEvidence } from "@caio/contracts";
import type { SecurityVerdict } from "@caio/security";
import type { AuthenticationRecord, SecurityRecords } from "@caio/traceability";

/** How the caller was recognised, as a certificate states it (certificate §8). */
export function authenticationRecord(evidence: AuthenticationEvidence): AuthenticationRecord {
  return {
    clause: "authentication",
    method: evidence.method,
    alg: evidence.alg ?? null,
    keyId: evidence.keyId ?? null,
    exp: evidence.exp ?? null,
    nbf: evidence.nbf ?? null,
  };
}

/** The five evidences of a pair for which all hold, as a certificate states them (certificate §8). */
export function securityRecords(evidence: AuthenticationEvidence, verdict: SecurityVerdict): SecurityRecords {
  const [, authorization, privacy, trust, access] = verdict.evidence;
  return [
    authenticationRecord(evidence),
    {
      clause: "authorization",
      public: authorization.public,
      match: authorization.match,
      required: authorization.required,
      matched: authorization.matched,
    },
    {
      clause: "privacy",
      basis: privacy.basis === "none" ? "allowed_labels" : privacy.basis,
      mode: privacy.mode,
      sensitive: privacy.sensitive,
    },
    { clause: "trust", required: trust.required },
    {
      clause: "access",
      tenant: access.tenant === "open" ? "open" : "member",
      region: access.region === "unsaid" ? "unsaid" : "inside",
      route: access.route === "any" ? "any" : "same",
    },
  ];
}
