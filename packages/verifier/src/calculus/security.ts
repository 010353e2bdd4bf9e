import type { Json } from "../json/json.ts";
import type { Certificate } from "../shape/certificate-shape.ts";
import { spend } from "../cel/cel-program.ts";
import { holds, type Pair, type Scene } from "./scene.ts";

const ALGORITHMS = ["EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

/** The clauses of step 3, in order (calculus §4). */
export const security: readonly (readonly [string, (scene: Scene, pair: Pair) => boolean])[] = [
  ["authentication", ({ certificate }) => authenticates(certificate)],
  ["authorization", ({ request, work }, { contract: { access } }) => {
    const required = access.required_permissions;
    if (access.public || required.length === 0) return access.public;
    const permissions = request.texts("principal.permissions");
    const has = (permission: string): boolean => holds(permissions, permission);
    spend(work, required.length);
    return access.match === "any" ? required.some(has) : required.every(has);
  }],
  ["privacy", (scene, pair) => privacyBasis(scene, pair) !== undefined],
  ["trust", ({ request }, { contract }) => (request.get("principal.trust") ?? 0) >= contract.access.required_trust_level],
  ["access", ({ request }, { contract: { access, privacy, metadata } }) => {
    const tenant = access.tenants.length === 0 ? null : request.get("principal.tenant");
    if (access.tenants.length > 0 && (tenant === null || !holds(access.tenants, tenant))) return false;
    const region = request.get("principal.region");
    const route = request.get("requirements.constraints")?.route ?? "any";
    return (region === null || holds(privacy.regions ?? [], region)) && (route === "any" || metadata.route === route);
  }],
];

function authenticates({ authentication: { method, alg, keyId, exp, nbf }, now }: Certificate): boolean {
  if (method === "local") return true;
  const fresh = exp !== null && now < 1000 * exp;
  if (method === "api_key") return keyId !== null && (exp === null || fresh);
  return alg !== null && ALGORITHMS.includes(alg) && fresh && (nbf === null || now >= 1000 * nbf);
}

/** Labels that the base policy calls sensitive. */
function sensitiveLabels({ request, base, work }: Scene): string[] {
  const labels = request.texts("labels");
  spend(work, labels.length);
  return labels.filter((label) => holds(base.privacy.sensitive, label));
}

function privacyBasis(scene: Scene, { contract: { privacy }, service }: Pair): string | undefined {
  const sensitive = sensitiveLabels(scene);
  const { mode, allowed_labels: allowed } = scene.base.privacy;
  if (sensitive.length === 0) return "not_sensitive";
  if (privacy.data_locality === "on_device" || privacy.data_locality === "local") return "locality";
  if (privacy.encryption === true && (mode === "encrypted" || privacy.encryption_type === "end_to_end")) return "encryption";
  const known = Object.hasOwn(allowed, service) ? (allowed[service] ?? []) : [];
  return sensitive.every((label) => holds(known, label)) ? "allowed_labels" : undefined;
}

/** The five objects of certificate §8 for the chosen pair, in order, member by member. Each throws Withheld on its own. */
export function securityRecords(scene: Scene, pair: Pair): readonly Readonly<Record<string, () => Json>>[] {
  const { request, base, certificate } = scene;
  const { public: open, match, required_permissions: required, required_trust_level: trust, tenants } = pair.contract.access;
  const matched = (): string[] => {
    if (open || required.length === 0) return [];
    const permissions = request.texts("principal.permissions");
    const held = required.filter((permission) => holds(permissions, permission));
    return match === "any" ? held.slice(0, 1) : held;
  };
  return [
    Object.fromEntries(Object.entries(certificate.authentication).map(([name, value]) => [name, () => value])),
    { clause: () => "authorization", public: () => open, match: () => match, required: () => required, matched },
    { clause: () => "privacy", basis: () => privacyBasis(scene, pair) ?? null, mode: () => base.privacy.mode, sensitive: () => sensitiveLabels(scene) },
    { clause: () => "trust", required: () => trust },
    {
      clause: () => "access",
      tenant: () => (tenants.length === 0 ? "open" : "member"),
      region: () => (request.get("principal.region") === null ? "unsaid" : "inside"),
      route: () => ((request.get("requirements.constraints")?.route ?? "any") === "any" ? "any" : "same"),
    },
  ];
}
