import { canonicalJson, digest, sha256Hex, type JsonValue } from "@caio/core";
import { openSqlStores } from "@caio/store-sql";
import { TraceabilitySystem, type Certificate, type TraceBody } from "@caio/traceability";

/** Bytes of a certificate: what copies and retention are busy with. */
const FILLER = "x".repeat(8000);

/** A store of so many decisions, a second apart from the first second of 1970 on, with certificates and openings. */
export async function storeOf(file: string, decisions: number): Promise<void> {
  const stores = await openSqlStores({ file });
  try {
    const traces = await TraceabilitySystem.open(stores.traces);
    await Promise.all(Array.from({ length: decisions }, async (_, at) => {
      const { body, certificate } = decided(at, (at + 1) * 1000);
      await traces.appendDecision("acme", body, certificate, { decisionKey: digest(["key", at]), disclosed: canonicalJson({ at }) });
    }));
  } finally {
    await stores.close();
  }
}

function decided(name: JsonValue, now: number): { readonly body: TraceBody; readonly certificate: Certificate } {
  const certificate = { decisionId: digest(name), filler: FILLER, outcome: { kind: "refused" }, verdicts: [] } as unknown as Certificate;
  const version = { version: 1, digest: digest("version") };
  const inputs = { registry: version, policy: version, history: version };
  return { body: { decisionId: digest(name), now, certificate: sha256Hex(canonicalJson(certificate)), inputs, requestDigest: digest("q"), outcome: "chosen", selected: { service: "s", model: null }, parent: null }, certificate };
}
