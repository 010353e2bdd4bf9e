export type { Capability, CapabilityGroup, ParameterInterval, ParameterValue } from "./capability.ts";
export { MAX_EXPECTED, type ExpectedValue, type ExpectedValues } from "./expected-values.ts";
export { FIELD_SIZE, type Field } from "./field.ts";
export { MAX_FEATURES, requireFeatures, type FeatureVector } from "./feature-vector.ts";
export type { Bound, Guarantee } from "./guarantee.ts";
export {
  MAX_CASE_FEATURES, MAX_CASE_NUMBERS, MAX_CASES, MAX_COST_CLASSES, type ClaimedPrior, type LearnedCase, type LearnedCost, type OnlineValue,
} from "./online-value.ts";
export { onlineToDocument } from "./schema/state/online-document.ts";
export type { Health, History, HistoryLeaf, HistoryStore, LearnedValue, Outcome } from "./history.ts";
export { outcomeRewardMicros } from "./outcome-reward.ts";
export type { AuthenticationEvidence, AuthenticationMethod, Principal, Traits } from "./principal.ts";
export type {
  ActionKind,
  Candidate,
  ContextItem,
  DetectedLabel,
  Lineage,
  Plan,
  Request,
  RequestDocument,
  RequestFields,
  RequestLimits,
  RequestSize,
} from "./request.ts";
export { NOT_TRIED, requireValueModel, SCORE_PARTS, type ValueModel } from "./value-model.ts";
export type { RequiredConstraints, RequiredPrivacy, Requirements } from "./requirements.ts";
export {
  localities,
  type Access,
  type Alignment,
  type Api,
  type Constraints,
  type Cost,
  type CostModel,
  type DataRetention,
  type EncryptionType,
  type Endpoint,
  type Locality,
  type Metadata,
  type Model,
  type Privacy,
  type Protocol,
  type Route,
  type SafetyLevel,
  type ServiceContract,
} from "./service-contract.ts";
export type { ServiceCall, ServiceExecutor, ServiceHealth, ServiceResult, TraceContext } from "./service-executor.ts";
export {
  streamCall,
  streamWhole,
  type ServiceStreamEvent,
  type StreamDelta,
  type StreamEnd,
  type StreamResume,
} from "./service-stream.ts";

// Normalised form
export { canonicalSet } from "./canonical-set.ts";
export { contractDigest } from "./parse/contract-digest.ts";
export { camelCase, fromWire, rememberedWire, snakeCase, toWire, toWireObject } from "./wire.ts";

// Documents: the door, and what is wrong with them
export { DecimalText, type DocumentPath, type DocumentValue } from "./document/decimal-text.ts";
export {
  readDocument,
  readDocumentValue,
  valueOrThrow,
  type DocumentForm,
  type ParseOptions,
  type ParseResult,
} from "./document/document-form.ts";
export { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH } from "./document/lexical-guard.ts";
export { nearMatch } from "./document/near-match.ts";
export { pathText, problemsError, problemText, type Place, type Problem } from "./document/problem.ts";
export { schemaProblems, type IssueDetails } from "./document/schema-problems.ts";
export { documentOfValue } from "./document/value-document.ts";
export { parseYamlDocument, type DocumentReading, type LocatedDocument } from "./document/yaml-document.ts";

// Parts of schemas, for documents of other packages
export { durationLimit } from "./schema/request/request-terms.ts";
export { coverage } from "./schema/guarantee.ts";
export { decimal, decimalText, integer, refuseIssue, type DecimalRange, type Stance } from "./schema/decimal.ts";
export {
  capabilityType,
  capabilityTypePattern,
  currency,
  digestText,
  id,
  idPattern,
  mediaType,
  modelId,
  modelIdPattern,
  patterned,
  setOf,
  sortedUnique,
  version,
  versionPattern,
  word,
  wordPattern,
} from "./schema/encodings.ts";
export { jsonObject, jsonValue } from "./schema/json-value.ts";
export { mapping, namedMapping, openMapping, type Mapping } from "./schema/mapping.ts";

// Parsers
export { ContractParser, type ContractParserOptions } from "./parse/contract-parser.ts";

export { historyToDocument, parseHistory, tryParseHistory } from "./parse/history-parser.ts";
export {
  contractFromWire,
  historyFromWire,
  principalFromWire,
  requestDocumentFromWire,
  requestFromWire,
} from "./parse/normal-forms.ts";
export { parsePrincipal, tryParsePrincipal } from "./parse/principal-parser.ts";
export { parseRequestDocument, parseRequestValue, RequestParser, tryParseRequestDocument, type RequestParserOptions } from "./parse/request-parser.ts";
export { parseValueModel, valueModelDigest, valueModelDocument } from "./parse/value-model-parser.ts";
export { withContent, type RequestContent } from "./parse/request-content.ts";
export { stampedSize } from "./parse/stamped-size.ts";
export { ContractValidator, type Validation } from "./validate/contract-validator.ts";
export type { Finding } from "./validate/finding.ts";

// JSON Schema
export {
  contractJsonSchema,
  documentJsonSchema,
  historyJsonSchema,
  principalJsonSchema,
  requestJsonSchema,
} from "./schema/json-schema.ts";

// Property catalogue
export {
  extendCatalogue,
  propertyCatalogue,
  propertyNamed,
  propertyOf,
  propertySpellings,
  type FoundProperty,
} from "./catalogue/property-catalogue.ts";
export type { AlgebraRow, OwnAlgebra, PropertyDefinition, PropertyDirection, PropertyJoin, PropertySpelling, PropertyUnit } from "./catalogue/property.ts";

// Refinement
export { isWithinLocality } from "./refinement/constraint-failures.ts";
export { meetsGroup, refinesCapability, refinesType } from "./refinement/capability-refinement.ts";
export { candidateModels, effectiveContract, type EffectiveContract } from "./refinement/effective-contract.ts";
export { meetsGuarantee, promised, promisedLatencyUs, refinesGuarantee, type Promised } from "./refinement/guarantee-refinement.ts";
export { compareCandidates } from "./refinement/candidate-order.ts";
export { contractIntersection, type ContractIntersection } from "./refinement/contract-intersection.ts";
export { boundInterval, isWithin, meet, type Interval } from "./refinement/interval.ts";
export { matchingClauses, type MatchingClause, type MatchingFailure } from "./refinement/matching-failure.ts";
export { outputTokens } from "./refinement/assumption-failures.ts";
export { refines } from "./refinement/refines.ts";
export { satisfies, type MatchingDemand, type MatchingOffer, type MatchingResult } from "./refinement/satisfies.ts";
