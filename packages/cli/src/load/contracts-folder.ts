import { ContractParser, ContractValidator, problemsError, type Problem, type ServiceContract } from "@caio/contracts";
import { encodeContract, encodeContracts, HashingEncoder, type AsyncEncoder, type Encoder } from "@caio/control";
import { CaioError, isCaioError } from "@caio/core";
import { RegistrySnapshot, type Registration } from "@caio/registry";

import { findingProblems } from "../validate/finding-problems.ts";
import { documentFiles } from "./document-files.ts";
import { kindOf } from "./of-kind.ts";
import { readText } from "./read-text.ts";
import { withSchemas } from "./schema-reference.ts";

const hashing = new HashingEncoder();
const parser = new ContractParser();
const validator = new ContractValidator();

/** A contract as the registry takes it, encoded by hashing. */
export function registrationOf(contract: ServiceContract): Registration {
  return { contract, encoding: encodeContract(contract, hashing), encoderId: hashing.id };
}

/**
 * All contracts of a folder as epoch 1 of a registry.
 *
 * @param encoder - what requests will be encoded with, too
 * @throws CaioError `NotFound`; `InvalidContract` with the problems of all files, or if a service is there twice; what the encoder throws
 */
export async function loadRegistry(folder: string, encoder: Encoder | AsyncEncoder = hashing): Promise<RegistrySnapshot> {
  const files = await documentFiles(folder);
  if (files.length === 0) {
    throw new CaioError("NotFound", `${folder}: no contract here. Name a folder with .yaml, .yml or .json contracts.`, { details: { folder } });
  }
  const contracts = new Map<string, ServiceContract>();
  const problems: Problem[] = [];
  for (const file of files) {
    const contract = await readContract(file, problems);
    if (contract === undefined) continue;
    if (contracts.has(contract.serviceId)) problems.push(twice(file, contract.serviceId));
    contracts.set(contract.serviceId, contract);
  }
  if (problems.length > 0) throw problemsError("InvalidContract", problems);
  const all = [...contracts.values()];
  const encodings = await encodeContracts(all, encoder);
  return RegistrySnapshot.empty.apply(all.map((contract, at) => ({ kind: "register" as const, contract, encoding: encodings[at] ?? [], encoderId: encoder.id })));
}

/** The contract of a file; what is wrong with it joins the problems, so that one bad file does not hide the next. */
async function readContract(file: string, problems: Problem[]): Promise<ServiceContract | undefined> {
  try {
    return await checkedContract(file, problems);
  } catch (error) {
    if (!isCaioError(error, "InvalidContract")) throw error;
    problems.push(wholeFile(file, error));
    return undefined;
  }
}

async function checkedContract(file: string, problems: Problem[]): Promise<ServiceContract | undefined> {
  const text = await readText(file, "InvalidContract");
  const result = parser.tryParse(text, { file });
  if (!result.ok) {
    const kind = kindOf(text);
    problems.push(...(kind === undefined || kind === "contract" ? result.problems : [{ file, line: 1, column: 1, path: "", found: `a ${kind}`, expected: "a contract; keep other documents in another folder" }]));
    return undefined;
  }
  const contract = await withSchemas(result.value, file);
  problems.push(...findingProblems(validator.validate(contract).errors, text, file));
  return contract;
}

function wholeFile(file: string, { message, details: { found, expected } }: CaioError): Problem {
  const said = typeof found === "string" && typeof expected === "string";
  return { file, line: 1, column: 1, path: "", found: said ? found : message, expected: said ? expected : "a contract" };
}

function twice(file: string, serviceId: string): Problem {
  return { file, line: 1, column: 1, path: "service_id", found: `"${serviceId}" a second time`, expected: "each service once in the folder" };
}
