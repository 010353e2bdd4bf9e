/**
 * How a case of cel-spec ends. `refused`: outside the profile and said to be so. `error`: outside the profile by its types,
 * where CEL has a value and the verifier, which knows no types, has none; the router must refuse such a case.
 */
export type Standing = { readonly kind: "passed" | "refused" | "error" } | { readonly kind: "wrong"; readonly found: string };
