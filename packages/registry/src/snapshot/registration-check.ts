import { capabilityTypePattern, FIELD_SIZE, idPattern, modelIdPattern } from "@caio/contracts";
import { CaioError } from "@caio/core";

import { effectiveTypes } from "./effective-types.ts";
import type { Registration } from "./service-entry.ts";

const MAX_ENCODER_ID = 256;

/**
 * Checks what the trie and the order of verdicts rest on: ids, types, sorted models, the encoding. Everything else about
 * a contract is checked where it is parsed.
 *
 * @throws CaioError `InvalidContract`
 */
export function checkRegistration({ contract, encoding, encoderId }: Registration): void {
  const { serviceId, models, access } = contract;
  const refuse = (path: string, found: string, expected: string): CaioError<"InvalidContract"> =>
    new CaioError("InvalidContract", `Contract of "${serviceId}", ${path}: found ${found}, expected ${expected}.`, {
      details: { service: serviceId, path, found, expected },
    });
  if (!idPattern.test(serviceId)) throw refuse("service_id", shown(serviceId), "lower-case letters, digits and dashes, at most 63");
  for (const [index, { id }] of models.entries()) {
    if (!modelIdPattern.test(id)) throw refuse(`models.${String(index)}.id`, shown(id), "a model id of at most 128 characters");
  }
  if (!isSortedSet(models.map(({ id }) => id))) throw refuse("models", "another order", "models sorted by id, each once");
  if (!isSortedSet(access.tenants)) throw refuse("access.tenants", "another order", "tenants sorted, each once");
  const badTenant = access.tenants.find((tenant) => !idPattern.test(tenant));
  if (badTenant !== undefined) throw refuse("access.tenants", shown(badTenant), "an id of a tenant");
  const types = effectiveTypes(contract);
  const badType = types.find((type) => !capabilityTypePattern.test(type));
  if (badType !== undefined) throw refuse("capabilities", shown(badType), "a dotted path of at most 8 segments");
  if (types.length === 0) throw refuse("capabilities", "none", "at least one: nobody could ask for this service");
  if (encoding.length !== FIELD_SIZE * 2 || !encoding.every((part) => Number.isSafeInteger(part))) {
    throw refuse("encoding", `${String(encoding.length)} numbers`, `${String(FIELD_SIZE * 2)} integers in micros`);
  }
  if (encoderId === "" || encoderId.length > MAX_ENCODER_ID) {
    throw refuse("encoder id", `${String(encoderId.length)} characters`, `1 to ${String(MAX_ENCODER_ID)}`);
  }
}

/** By UTF-16 code units, without repeats. */
function isSortedSet(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] ?? "") < text);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
