import { CaioError } from "@caio/core";
import { STATEMENT_PAYLOAD_TYPE, type DecisionStatement, type PlanStatement } from "@caio/traceability";
import { parseJson, verifyBundle, type Json, type Report } from "@caio/verifier";

/** What only the operator's key can show; all else is checked without it. */
const NEED_KEY = new Set(["envelope.key", "envelope.signature", "log.checkpoint"]);
const NO_KEY = "00".repeat(32);

/** A statement whose every check holds, those of the signature aside where no key was given. */
export interface CheckedStatement {
  readonly statement: DecisionStatement | PlanStatement;
  readonly report: Report;
}

/** A bundle that does not verify: the report says where. */
export class InvalidBundle extends Error {
  readonly report: Report;

  constructor(report: Report) {
    super("The bundle does not verify.");
    this.report = report;
  }
}

/**
 * The statement of a bundle that verifies: the door by which what others wrote comes in as a value.
 *
 * @param publicKey - undefined: whoever signed it, which proves nothing about who did
 * @throws InvalidBundle; CaioError `InvalidProof` for a decision version that is not known
 */
export async function checkedStatement(bytes: Uint8Array, publicKey: Uint8Array | readonly Uint8Array[] | undefined): Promise<CheckedStatement> {
  const report = withoutKeyChecks(await verifyBundle(bytes, { publicKey: publicKey ?? NO_KEY }), publicKey !== undefined);
  if (report.checks.some(({ verdict }) => verdict === "fail")) throw new InvalidBundle(report);
  if (!report.knownVersion) throw new CaioError("InvalidProof", "The bundle was made by a version of the decision function that is not known here.");
  const envelope = parseJson(Buffer.from(bytes).toString("utf8"));
  const payload = textOf(envelope, "payload");
  if (textOf(envelope, "payloadType") !== STATEMENT_PAYLOAD_TYPE || payload === undefined) throw new InvalidBundle(report);
  const statement: unknown = JSON.parse(Buffer.from(payload, "base64").toString("utf8"));
  return { statement: statement as DecisionStatement | PlanStatement, report };
}

function withoutKeyChecks(report: Report, keyGiven: boolean): Report {
  return keyGiven ? report : { ...report, checks: report.checks.filter(({ name }) => !NEED_KEY.has(name)) };
}

function textOf(value: Json, key: string): string | undefined {
  const member: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof member === "string" ? member : undefined;
}
