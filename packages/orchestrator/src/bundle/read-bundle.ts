import { CaioError, canonicalJson, type JsonObject, type JsonValue } from "@caio/core";
import { STATEMENT_PAYLOAD_TYPE, type Bundle } from "@caio/traceability";

/**
 * The envelope of the text of a `*.caio.json` file. Nothing is checked but its form: a bundle is proved by the verifier.
 *
 * @throws CaioError `InvalidProof`
 */
export function parseBundle(text: string): Bundle {
  const value = parseJson(text);
  const { payloadType, payload, signatures } = isObject(value) ? value : {};
  if (typeof payloadType !== "string" || typeof payload !== "string" || !Array.isArray(signatures)) {
    throw refuse("no envelope", "payloadType, payload and signatures");
  }
  return { payloadType, payload, signatures: signatures.map((each: JsonValue) => readSignature(each)) };
}

/** The certificate that a bundle states, as JSON. @throws CaioError `InvalidProof` for a payload that is no canonical statement. */
export function bundleCertificate({ payloadType, payload }: Bundle): JsonObject {
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) throw refuse("a payload of another type", STATEMENT_PAYLOAD_TYPE);
  const text = Buffer.from(payload, "base64").toString("utf8");
  const statement = parseJson(text);
  if (!isObject(statement) || canonicalJson(statement) !== text) throw refuse("a payload that is not canonical JSON", "a statement");
  const { predicate } = statement;
  const certificate = isObject(predicate) ? predicate["certificate"] : undefined;
  if (!isObject(certificate)) throw refuse("a statement without a certificate", "one");
  return certificate;
}

function readSignature(value: JsonValue): Bundle["signatures"][number] {
  const { keyid, sig } = isObject(value) ? value : {};
  if (typeof keyid !== "string" || typeof sig !== "string") throw refuse("a signature of another form", "keyid and sig");
  return { keyid, sig };
}

function parseJson(text: string): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value as JsonValue;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Bundle: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
