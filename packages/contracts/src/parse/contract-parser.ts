import { propertyCatalogue } from "../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../catalogue/property.ts";
import {
  readDocument,
  readDocumentValue,
  valueOrThrow,
  type DocumentForm,
  type ParseOptions,
  type ParseResult,
} from "../document/document-form.ts";
import { contractDocument } from "../schema/contract/contract-document.ts";
import { flattenService } from "../schema/contract/nested-spelling.ts";
import type { ServiceContract } from "../service-contract.ts";

/** What a parser knows beyond the format. */
export interface ContractParserOptions {
  /** The properties that may be promised: `extendCatalogue(…)` for a team's own. */
  readonly catalogue?: readonly PropertyDefinition[];
}

/**
 * Reads contract files: YAML or JSON, nested or flat, short forms or long, all to the same normalised contract
 * (docs: contract format). Pure: references to files and secrets are kept, never followed.
 *
 * @example
 * ```ts
 * import { ContractParser } from "@caio/contracts";
 *
 * const parser = new ContractParser();
 * const contract = parser.parse(
 *   "{ service_id: demo, version: 1.0.0, capabilities: [inference.chat], guarantees: { latency_ms: 500 } }",
 *   { file: "demo.yaml" },
 * );
 * contract.guarantees; // [{ property: "latency", coveragePpm: 950000, bound: { maxUs: 500000 } }]
 * ```
 */
export class ContractParser {
  private readonly form: DocumentForm<ServiceContract>;

  constructor(options: ContractParserOptions = {}) {
    this.form = {
      code: "InvalidContract",
      noun: "contract",
      schema: contractDocument(options.catalogue ?? propertyCatalogue),
      prepare: flattenService,
    };
  }

  /** @throws CaioError `InvalidContract`, all problems in `details.problems` */
  parse(text: string, options: ParseOptions = {}): ServiceContract {
    return valueOrThrow(this.tryParse(text, options), this.form);
  }

  /** As `parse`, with the problems as a value. Never throws. */
  tryParse(text: string, options: ParseOptions = {}): ParseResult<ServiceContract> {
    return readDocument(text, this.form, options);
  }

  /** Reads a contract document that is already an object, as a program writes it. @throws CaioError `InvalidContract` */
  parseValue(value: unknown, options: ParseOptions = {}): ServiceContract {
    return valueOrThrow(this.tryParseValue(value, options), this.form);
  }

  /** As `parseValue`, with the problems as a value. Never throws. */
  tryParseValue(value: unknown, options: ParseOptions = {}): ParseResult<ServiceContract> {
    return readDocumentValue(value, this.form, options);
  }
}
