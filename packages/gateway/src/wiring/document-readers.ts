import { ContractParser, ContractValidator, propertyCatalogue, RequestParser, type PropertyDefinition } from "@caio/contracts";

/** What reads contracts and requests, by the properties that this gateway knows. */
export interface DocumentReaders {
  readonly contracts: ContractParser;
  readonly validator: ContractValidator;
  readonly requests: RequestParser;
}

/** @param catalogue - of `extendCatalogue`; absent: the properties that everyone knows */
export function documentReaders(catalogue: readonly PropertyDefinition[] = propertyCatalogue): DocumentReaders {
  return { contracts: new ContractParser({ catalogue }), validator: new ContractValidator({ catalogue }), requests: new RequestParser({ catalogue }) };
}
