/** Calculus §4: the five security predicates. */
import type { Request } from "@caio/contracts";

import type { Pair } from "./matching.ts";
import { allLabels, type EffectivePolicy } from "./objects.ts";

/** Signature algorithms that authentication allows: asymmetric ones only. */
const ALGORITHMS = ["EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

/** The first clause of step 3 that the pair fails. */
export function firstInsecure(pair: Pair, request: Request, policy: EffectivePolicy): string | undefined {
  if (!isAuthenticated(request)) return "authentication";
  if (!isAuthorized(pair, request)) return "authorization";
  if (!preservesPrivacy(pair, request, policy)) return "privacy";
  if (request.principal.trust < pair.service.contract.access.requiredTrustLevel) return "trust";
  if (!isWithinBoundary(pair, request)) return "access";
  return undefined;
}

function isAuthenticated({ principal, now }: Request): boolean {
  const { method, keyId, alg, exp, nbf } = principal.evidence;
  if (method === "local") return true;
  if (method === "api_key") return keyId !== undefined && (exp === undefined || now < 1000 * exp);
  if (alg === undefined || !ALGORITHMS.includes(alg)) return false;
  if (exp === undefined || now >= 1000 * exp) return false;
  return nbf === undefined || now >= 1000 * nbf;
}

function isAuthorized(pair: Pair, { principal }: Request): boolean {
  const { requiredPermissions, match, public: everybody } = pair.service.contract.access;
  if (everybody) return true;
  if (requiredPermissions.length === 0) return false;
  const has = (permission: string): boolean => principal.permissions.includes(permission);
  return match === "all" ? requiredPermissions.every(has) : requiredPermissions.some(has);
}

function preservesPrivacy(pair: Pair, request: Request, { base }: EffectivePolicy): boolean {
  const { contract } = pair.service;
  const sensitive = allLabels(request).filter((label) => base.privacy.sensitive.includes(label));
  if (sensitive.length === 0 || isNear(pair)) return true;
  if (base.privacy.mode === "strict" ? isEndToEnd(pair) : contract.privacy.encryption === true) return true;
  const allowed = base.privacy.allowedLabels[contract.serviceId] ?? [];
  return sensitive.every((label) => allowed.includes(label));
}

/** The data stays on the device or on the premises. */
export function isNear(pair: Pair): boolean {
  const locality = pair.service.contract.privacy.dataLocality;
  return locality === "on_device" || locality === "local";
}

/** The type of encryption counts only with encryption said. */
export function isEndToEnd(pair: Pair): boolean {
  const { encryption, encryptionType } = pair.service.contract.privacy;
  return encryption === true && encryptionType === "end_to_end";
}

function isWithinBoundary(pair: Pair, { principal, document }: Request): boolean {
  const { access, privacy, metadata } = pair.service.contract;
  if (access.tenants.length > 0 && !access.tenants.includes(principal.tenant)) return false;
  if (principal.region !== undefined && !(privacy.regions ?? []).includes(principal.region)) return false;
  const { route } = document.requirements.constraints;
  return route === "any" || metadata.route === route;
}
