export type { Capability, CapabilityGroup, ParameterInterval, ParameterValue } from "./capability.ts";
export { FIELD_SIZE, type Field } from "./field.ts";
export type { Bound, Guarantee } from "./guarantee.ts";
export type { Health, History, HistoryLeaf, HistoryStore, LearnedValue, Outcome } from "./history.ts";
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
export type { ServiceCall, ServiceExecutor, ServiceHealth, ServiceResult } from "./service-executor.ts";
export { camelCase, fromWire, snakeCase, toWire, toWireObject } from "./wire.ts";
