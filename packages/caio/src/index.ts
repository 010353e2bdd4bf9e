// Every public name of CAIO. Where two packages use one name, one of them has an alias here (README, Aliases).

// Canonical JSON, digests, fixed-point numbers, Merkle trees, errors
export {
  bitsOf, CaioError, canonicalJson, consistencyPath, digest, divideBig, fromHex, hmacSha256, inclusionPath,
  isCaioError, isDigest, leafHash, MICRO, mulDiv, nodeHash, parseDecimal, provePrefix, quantise, RadixTrie,
  refusalCodes, roundHalfEven, sha256, sha256Hex, toHex, toSafe, treeRoot, verifyConsistencyPath, verifyInclusionPath,
  type BitString, type CaioErrorCode, type ClosedNode, type Digest, type ErrorDetails, type JsonObject,
  type JsonValue, type OpenedBranch, type OpenedLeaf, type PrefixProof, type RadixBranch, type RadixEncoder,
  type RadixEntry, type RadixLeaf, type RadixNode, type RefusalCode, type Rounding, type SubtreeReader,
} from "@caio/core";

// Contracts, requests, principals, histories: types, parsers, refinement
export {
  boundInterval, camelCase, candidateModels, canonicalSet, capabilityType, capabilityTypePattern, compareCandidates,
  contractDigest, contractFromWire, contractIntersection, contractJsonSchema, ContractParser, ContractValidator,
  coverage, currency, decimal, DecimalText, decimalText, digestText, documentJsonSchema, documentOfValue,
  durationLimit, effectiveContract, extendCatalogue, FIELD_SIZE, fromWire, historyFromWire, historyJsonSchema,
  historyToDocument, id, idPattern, integer, isWithin, isWithinLocality, jsonObject, jsonValue, localities, mapping,
  matchingClauses, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH, mediaType, meet, meetsGroup, meetsGuarantee, modelId,
  modelIdPattern, namedMapping, nearMatch, openMapping, outputTokens, parseHistory, parsePrincipal,
  parseRequestDocument, parseRequestValue, parseYamlDocument, pathText, patterned, principalFromWire,
  principalJsonSchema, problemsError, problemText, promised, promisedLatencyUs, propertyCatalogue, propertyNamed,
  propertyOf, propertySpellings, readDocument, readDocumentValue, refines, refinesCapability, refinesGuarantee,
  refinesType, refuseIssue, requestDocumentFromWire, requestFromWire, requestJsonSchema, satisfies, schemaProblems,
  setOf, snakeCase, sortedUnique, stampedSize, toWire, toWireObject, tryParseHistory, tryParsePrincipal,
  tryParseRequestDocument, valueOrThrow, version, versionPattern, word, wordPattern, type Access, type ActionKind,
  type AlgebraRow, type Alignment, type Api, type AuthenticationEvidence, type AuthenticationMethod, type Bound,
  type Candidate, type Capability, type CapabilityGroup, type Constraints, type ContextItem,
  type ContractIntersection, type ContractParserOptions, type Cost, type CostModel, type DataRetention,
  type DecimalRange, type DetectedLabel, type DocumentForm, type DocumentPath, type DocumentReading,
  type DocumentValue, type EffectiveContract, type EncryptionType, type Endpoint, type Field, type Finding,
  type FoundProperty, type Guarantee, type Health, type History, type HistoryLeaf, type HistoryStore, type Interval,
  type IssueDetails, type LearnedValue, type Lineage, type Locality, type LocatedDocument, type Mapping,
  type MatchingClause, type MatchingDemand, type MatchingFailure, type MatchingOffer, type MatchingResult,
  type Metadata, type Model, type Outcome, type ParameterInterval, type ParameterValue, type ParseOptions,
  type ParseResult, type Place, type Plan, type Principal, type Privacy, type Problem, type Promised,
  type PropertyDefinition, type PropertyDirection, type PropertySpelling, type PropertyUnit, type Protocol,
  type Request, type RequestDocument, type RequestFields, type RequestLimits, type RequestSize,
  type RequiredConstraints, type RequiredPrivacy, type Requirements, type Route, type SafetyLevel, type ServiceCall,
  type ServiceContract, type ServiceExecutor, type ServiceHealth, type ServiceResult, type Stance, type Traits,
  type Validation,
} from "@caio/contracts";

// The registry of services
export {
  capabilityKey, capabilityPrefix, discover, effectiveTypes, entryBytes, findMatchingServices, MemoryRegistryStore,
  RegistrySnapshot, RegistryView, serviceEntry, ServiceRegistry, type AlternativeProof, type Discovery, type Domain,
  type EntryChange, type GapEvent, type MatchingService, type Registration, type RegistryBatch, type RegistryChange,
  type RegistryEdit, type RegistryEvent, type RegistryOptions, type RegistryStore, type RegistryWatch,
  type ServiceEntry, type ServiceEvent, type ServiceVersion, type WatchOptions,
} from "@caio/registry";

// Policies and their rules
export {
  celMacros, celMethods, celOperators, celProfile, compileRule, conditionScopes, effectivePolicy, evaluateRule,
  filterByRules, findConflicts, InMemoryPolicyStore, modelType, parsePolicySet, policyDefaults, policyDigest,
  policyFromWire, PolicyParser, policySchema, policyToWire, readCondition, requestType, RuleEngine, ruleModel,
  ruleRequest, ruleService, satisfiesRuleAction, serviceType, type CandidateViews, type CelFailure, type CelIssue,
  type CelMacro, type CelNode, type CelOperator, type CelProgram, type CelType, type CompiledEffect,
  type CompiledRule, type Condition, type ConditionReading, type ConditionScope, type ConditionValues, type FacedRule,
  type FieldType, type ListType, type Obligation, type PolicyLimits, type PolicySet, type PolicyStore,
  type RejectionCause, type RequestRules, type Rule, type RuleAction, type RuleEffect, type RuleFiltering,
  type RuleFinding, type RuleFindingKind, type RuleFiring, type RuleRejection, type RuleVerdict, type RuleViews,
  type ScalarName, type ScalarType, type StoredPolicy, type StructType, type Weights,
} from "@caio/rules";

// Security predicates, callers, sensitive data, integrity
export {
  ApiKeyAuthenticator, defaultAlgorithms, defaultClaimMapping, defaultDetectors, detectSensitivity, digestPayload,
  InMemoryBudgetLedger, InMemoryKeyStore, issueApiKey, normaliseText, openPayload, questionOf, readBearer,
  sealPayload, securityClauses, SecurityVerifier, signResult, supportedAlgorithms, TokenAuthenticator, unionLabels,
  verifyAccessControl, verifyAuthentication, verifyAuthorization, verifyIntegrity, verifyPrivacy, verifyResult,
  verifySecurity, verifyTrust, windowName, type AccessClaim, type AuthenticationClaim, type AuthorizationClaim,
  type BudgetLedger, type BudgetLimits, type BudgetReservation, type BudgetUsage, type BudgetWindow,
  type ClaimMapping, type Credential, type Detector, type KeyGrant, type KeyRecord, type KeySetSource, type KeyStore,
  type PrivacyClaim, type PrivacyPolicy, type RandomSource, type ReservationResult, type ResultSignature,
  type SecurityClause, type SecurityConfig, type SecurityEvidence, type SecurityQuestion, type SecurityVerdict,
  type SettlementResult, type SignatureAlgorithm as TokenSignatureAlgorithm, type SignedResult, type Span,
  type TokenAuthenticatorOptions, type TokenProblem, type TrustClaim,
} from "@caio/security";

// Promises: composed and enforced
export {
  composeGuarantees, fallback, GuaranteeEnforcer, leafOf, measuredCostMicros, OutputSchemas, par, promiseOf,
  refuseAdmission, retry, rowOf, seq, type AdmissionError, type AdmissionFacts, type AttemptTerms, type BrokenCall,
  type Clock, type ComposedPromise, type Composition, type CompositionTerms, type DecisionPromise,
  type DerivationStep, type EncryptionLevel, type EnforcedCall, type Enforcement, type EnforcementErrorCode,
  type KeptCall, type Latency, type LatencyBound, type Leaf, type Measured, type Measurement, type Pair,
  type PerCallPromise, type PromiseInput, type Ratio, type Retry, type RowOf, type Rows, type Run, type SchemaBreach,
  type Throughput, type Verdict as EnforcementVerdict, type Violation,
} from "@caio/guarantees";

// Certificates, traces, the log
export {
  createTrace, entryHash, entryText, generateProof, InMemoryTraceStore, keysOf, meetsQuery, MerkleLog, outcomeBody,
  parseLogEntry, proofObjects, proofProperties, TraceabilitySystem, verifyChain, type AccessRecord,
  type AuthenticationRecord, type AuthorizationRecord, type Certificate, type CertifiedAdmission, type CertifiedLimit,
  type CertifiedOutcome, type CertifiedPromise, type CertifiedRejection, type CertifiedResiduals,
  type CertifiedSelection, type CertifiedVerdict, type ChainHeads, type ChainVerdict, type DecisionBody,
  type EntryKeys, type EntryQuery, type HistoryInput, type LogEntry, type LoggedText, type LoggedVersion,
  type LogReceipt, type LogRecord, type LogVerdict, type OutcomeBody, type PolicyInput, type PrivacyRecord,
  type Proof, type ProofObject, type ProofProperty, type RegistryInput, type RevealedLeaf, type RevealedPrefix,
  type SecurityRecords, type StoredEntry, type Trace, type TraceBody, type TraceQuery, type TraceStore, type TreeHead,
  type TrustRecord, type VersionBody, type VersionKind, type VersionReference,
} from "@caio/traceability";

// Fields, scores and control
export {
  advanceHistory, bandOf, computeAttentionScore, computeIntentScore, computeResonanceScore, computeRlScore,
  conductivity, confidentialityOf, contractText, ControlIntegrator, encodeContract, encodeTraits, energyBoundMicros,
  expExact, extractFieldState, extractMemoryMetrics, FEATURE_COUNT, fft, fieldOf, filterByTraitConstraints,
  generateControlSignal, HashingEncoder, InMemoryMaia, intentFeatures, inverseFft, isWithinBound, LinUcb, lnExact,
  log10Exact, maturityOf, neutralTraits, prepareEncoding, prepareFields, projectHigh, projectLow, readTraits,
  ReferenceMaia, riskOf, safetyOf, samplesOf, updateMemory, verifyTraitConstraints, violationRateOf, waveEnergyMicros,
  type AdvanceOptions, type AsyncEncoder, type Band, type ControlInput, type ControlParameters, type ControlSignal,
  type EncodedContract, type Encoder, type FieldState, type IntentReading, type LearnedOutcome, type LinUcbOptions,
  type MaiaPort, type MemoryMetrics, type OutcomeCounts, type PreparedEncoding, type PreparedFields,
  type ReferenceMaiaOptions, type TraitCandidate, type TraitContract, type TraitVerdict,
} from "@caio/control";

// The decision, and its execution
export {
  caioRoute, childKey, choose, clauses, committedValues, commitToRequest, computeCostPenalty, computeLatencyPenalty,
  computeRiskPenalty, decimal as decimalOfMicros, DECISION_VERSION, derive, effectiveLabels, effectiveLimits,
  explainDecision, guaranteeText, historyLeafWire, HistorySnapshot, identityOf, InMemoryHistoryStore, milliseconds,
  nameOf, orchestratePlan, Orchestrator, parsePlanDocument, PolicySnapshot, scoreService, selectedCandidate,
  stampRequest, stepNames, tieDigest, worstCaseCost, type ApprovalRequest, type Attempt, type Choice,
  type ChoiceInput, type ChosenDecision, type Clause, type CompiledPolicy, type DecidedRequest, type DecisionIdentity,
  type DecisionInputs, type Door, type EffectiveLimits, type Explanation, type Failed, type OrchestrateOptions,
  type Orchestration, type OrchestratorPorts, type Place as DecisionPlace, type PlanDocument, type PlanOptions,
  type PlanOrchestration, type Propensity, type Refused, type RefusedDecision, type Rejected, type RequestCommitments,
  type RoutingDecision, type Scored, type ScoreFrame, type ScoreTerms, type Stamp, type Step, type StepResult,
  type Succeeded, type Usage as CostUsage, type Verdict, type WorstCaseCost,
} from "@caio/orchestrator";

// Executors
export {
  addressKind, allowByLocality, HttpExecutor, InProcessExecutor, McpExecutor, ProtocolDispatcher, type AddressKind,
  type HttpExecutorOptions, type HttpTarget, type InProcessTarget, type McpExecutorOptions, type McpServerCommand,
  type ResolveHost, type ResolveSecret,
} from "@caio/adapters";

// Services written with the sdk
export {
  defineService, Service, type BrokenPromise, type CallOptions, type ExecutionContext, type InProcessService,
  type ListeningService, type ListenOptions, type ServiceDefinition, type Usage,
} from "@caio/sdk";
