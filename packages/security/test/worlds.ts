import type { AuthenticationEvidence, Principal, ServiceContract } from "@caio/contracts";
import fc from "fast-check";

/** A contract that says the least, with the parts a test is about in its place. */
export function contract(parts: Partial<ServiceContract> = {}): ServiceContract {
  return {
    serviceId: "demo",
    version: "1.0.0",
    capabilities: [],
    guarantees: [],
    models: [],
    privacy: { compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants: [], public: false },
    constraints: {},
    api: { protocol: "inprocess", endpoints: [] },
    metadata: { tags: [] },
    ...parts,
  };
}

export function principal(parts: Partial<Principal> = {}): Principal {
  return {
    subject: "SECRET-subject",
    issuer: "https://id.example",
    tenant: "secret-tenant",
    permissions: [],
    trust: 5,
    evidence: { method: "local" },
    ...parts,
  };
}

export const permissions = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));

const seconds = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });

export const evidence: fc.Arbitrary<AuthenticationEvidence> = fc
  .record({
    method: fc.constantFrom("jwt" as const, "api_key" as const, "local" as const),
    alg: fc.option(fc.constantFrom("ES256", "none", "HS256"), { nil: undefined }),
    keyId: fc.option(fc.constantFrom("k1", ""), { nil: undefined }),
    exp: seconds,
    nbf: seconds,
  })
  .map(({ method, alg, keyId, exp, nbf }) => ({
    method,
    ...(alg === undefined ? {} : { alg }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(exp === undefined ? {} : { exp }),
    ...(nbf === undefined ? {} : { nbf }),
  }));

export const contracts: fc.Arbitrary<ServiceContract> = fc
  .record({
    requiredPermissions: permissions,
    match: fc.constantFrom("any" as const, "all" as const),
    requiredTrustLevel: fc.integer({ min: 0, max: 10 }),
    tenants: fc.uniqueArray(fc.constantFrom("secret-tenant", "other")),
    public: fc.boolean(),
    dataLocality: fc.constantFrom(undefined, "on_device" as const, "local" as const, "private_cloud" as const, "external" as const),
    encryption: fc.constantFrom(undefined, true, false),
    encryptionType: fc.constantFrom(undefined, "in_transit" as const, "at_rest" as const, "end_to_end" as const),
    regions: fc.option(fc.uniqueArray(fc.constantFrom("eu", "us")), { nil: undefined }),
    route: fc.constantFrom(undefined, "internal" as const, "external" as const),
  })
  .map(({ dataLocality, encryption, encryptionType, regions, route, ...access }) =>
    contract({
      access,
      privacy: {
        compliance: [],
        ...(dataLocality === undefined ? {} : { dataLocality }),
        ...(encryption === undefined ? {} : { encryption }),
        ...(encryptionType === undefined ? {} : { encryptionType }),
        ...(regions === undefined ? {} : { regions }),
      },
      metadata: { tags: [], ...(route === undefined ? {} : { route }) },
    }),
  );

export const principals: fc.Arbitrary<Principal> = fc
  .record({ permissions, trust: fc.integer({ min: 0, max: 10 }), region: fc.constantFrom(undefined, "eu", "us"), evidence })
  .map(({ region, ...rest }) => principal({ ...rest, ...(region === undefined ? {} : { region }) }));

export const labels = fc.uniqueArray(fc.constantFrom("personal", "health", "payment_card", "public"));

export const privacyPolicies = fc.record({
  mode: fc.constantFrom("strict" as const, "encrypted" as const),
  sensitive: labels,
  allowedLabels: fc.dictionary(fc.constantFrom("demo", "other"), labels, { noNullPrototype: true }),
});
