import { ContractParser, ContractValidator, problemsError, type ServiceContract } from "@caio/contracts";
import { encodeContract, HashingEncoder } from "@caio/control";
import type { Registration } from "@caio/registry";
import { PolicyParser, type PolicySet } from "@caio/rules";

const encoder = new HashingEncoder();
const contracts = new ContractParser();
const validator = new ContractValidator();
const policies = new PolicyParser();

/** A contract of a request's body, YAML text or a JSON value, with its encoding. @throws CaioError `InvalidContract` with all problems */
export function registrationOf(body: unknown): Registration {
  const contract = contractOf(body);
  return { contract, encoding: encodeContract(contract, encoder), encoderId: encoder.id };
}

function contractOf(body: unknown): ServiceContract {
  const read = typeof body === "string" ? contracts.tryParse(body, { file: "<body>" }) : contracts.tryParseValue(body, { file: "<body>" });
  if (!read.ok) throw problemsError("InvalidContract", read.problems);
  const { errors } = validator.validate(read.value);
  if (errors.length === 0) return read.value;
  const problems = errors.map(({ path, found, expected }) => ({ file: "<body>", line: 1, column: 1, path, found, expected }));
  throw problemsError("InvalidContract", problems);
}

/** A policy of a request's body. @throws CaioError `InvalidPolicy` with all problems */
export function policyOf(body: unknown): PolicySet {
  const read = typeof body === "string" ? policies.read(body, { file: "<body>" }) : policies.readValue(body, { file: "<body>" });
  if (!read.ok) throw problemsError("InvalidPolicy", read.problems);
  return read.value;
}
