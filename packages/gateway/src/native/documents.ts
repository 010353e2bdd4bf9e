import { problemsError, type RequestDocument, type ServiceContract } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";
import { PolicyParser, policyFromWire, type PolicySet } from "@caio/rules";
import { z } from "zod";

import { readQuery } from "../http/read-query.ts";
import { documentReaders, type DocumentReaders } from "../wiring/document-readers.ts";

const common = documentReaders();
const policies = new PolicyParser();

/**
 * A contract of a request's body, YAML text or a JSON value.
 *
 * @param file - what problems call it
 * @throws CaioError `InvalidContract` with all problems
 */
export function contractOf(body: unknown, { contracts, validator }: DocumentReaders = common, file = "<body>"): ServiceContract {
  const read = typeof body === "string" ? contracts.tryParse(body, { file }) : contracts.tryParseValue(body, { file });
  if (!read.ok) throw problemsError("InvalidContract", read.problems);
  const { errors } = validator.validate(read.value);
  if (errors.length === 0) return read.value;
  const problems = errors.map(({ path, found, expected }) => ({ file, line: 1, column: 1, path, found, expected }));
  throw problemsError("InvalidContract", problems);
}

/** A request document of a request's body. @throws CaioError `InvalidRequest` with all problems */
export function requestOf(body: unknown, { requests }: DocumentReaders = common): RequestDocument {
  return typeof body === "string" ? requests.parse(body, { file: "<body>" }) : requests.parseValue(body, { file: "<body>" });
}

/**
 * A policy of a request's body.
 *
 * @param file - what problems call it
 * @throws CaioError `InvalidPolicy` with all problems
 */
export function policyOf(body: unknown, file = "<body>"): PolicySet {
  const read = typeof body === "string" ? policies.read(body, { file }) : policies.readValue(body, { file });
  if (!read.ok) throw problemsError("InvalidPolicy", read.problems);
  return read.value;
}

const exported = z.strictObject({ caio_policies: z.literal(1), base: z.string().max(63).optional(), policies: z.array(z.json()).min(1).max(1000) });

/** The policies of an export, in their normalised form. @throws CaioError `InvalidRequest` for what is no export, `InvalidPolicy` */
export function policiesOf(body: unknown): { readonly base: string | undefined; readonly policies: readonly PolicySet[] } {
  const { base, policies: all } = readQuery(exported, body);
  const read = all.map((value, at) => policyFromWire(value as JsonValue, { file: `<body>/policies/${String(at)}` }));
  const ids = new Set<string>();
  for (const { id } of read) {
    if (ids.has(id)) throw new CaioError("InvalidPolicy", `Found policy ${id} a second time, expected each once. Remove one.`, { details: { policy: id } });
    ids.add(id);
  }
  return { base, policies: read };
}
