// Every public name of CAIO. Where two packages use one name, one of them has an alias here (README, Aliases).

// Canonical JSON, digests, fixed-point numbers, Merkle trees, errors
export {
  bitsOf, CaioError, canonicalJson, canonicalParts, partsDigest, partsText, rememberedJson, SharedText, HmacKey, consistencyPath, digest, divideBig, fromHex, hmacSha256, inclusionPath,
  isCaioError, isDigest, leafHash, MICRO, mulDiv, nodeHash, parseDecimal, provePrefix, quantise, RadixTrie,
  refusalCodes, roundHalfEven, saturatingMulDiv, sha256, sha256Hex, toHex, toSafe, treeRoot, verifyConsistencyPath, verifyInclusionPath,
} from "@caio/core";
export type {
  BitString, CaioErrorCode, CanonicalPart, ClosedNode, Digest, ErrorDetails, JsonObject, JsonValue, KnownTexts, OpenedBranch, OpenedLeaf,
  PrefixProof, RadixBranch, RadixEncoder, RadixEntry, RadixLeaf, RadixNode, RefusalCode, Rounding, SubtreeReader,
} from "@caio/core";

// Contracts, requests, principals, histories: types, parsers, refinement
export {
  boundInterval, camelCase, candidateModels, canonicalSet, capabilityType, capabilityTypePattern, compareCandidates,
  contractDigest, contractFromWire, contractIntersection, contractJsonSchema, ContractParser, ContractValidator,
  coverage, currency, decimal, DecimalText, decimalText, digestText, documentJsonSchema, documentOfValue,
  durationLimit, effectiveContract, extendCatalogue, FIELD_SIZE, fromWire, historyFromWire, historyJsonSchema,
  MAX_CASE_FEATURES, MAX_CASE_NUMBERS, MAX_CASES, MAX_COST_CLASSES, MAX_FEATURES, onlineToDocument, requireFeatures,
  historyToDocument, id, idPattern, integer, isWithin, isWithinLocality, jsonObject, jsonValue, localities, mapping,
  matchingClauses, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH, mediaType, meet, meetsGroup, meetsGuarantee, modelId,
  modelIdPattern, namedMapping, nearMatch, openMapping, outputTokens, parseHistory, parsePrincipal,
  parseRequestDocument, parseRequestValue, RequestParser, parseYamlDocument, pathText, patterned, principalFromWire,
  principalJsonSchema, problemsError, problemText, promised, promisedLatencyUs, propertyCatalogue, propertyNamed,
  propertyOf, propertySpellings, readDocument, readDocumentValue, refines, refinesCapability, refinesGuarantee,
  refinesType, refuseIssue, requestDocumentFromWire, requestFromWire, requestJsonSchema, satisfies, schemaProblems,
  setOf, rememberedWire, snakeCase, sortedUnique, stampedSize, withContent, streamCall, streamWhole, toWire, toWireObject, tryParseHistory, tryParsePrincipal,
  tryParseRequestDocument, valueOrThrow, version, versionPattern, word, wordPattern,
  MAX_EXPECTED, outcomeRewardMicros, NOT_TRIED, parseValueModel, requireValueModel, SCORE_PARTS, valueModelDigest, valueModelDocument,
} from "@caio/contracts";
export type {
  ClaimedPrior, LearnedCase, LearnedCost, OnlineValue,
  Access, ActionKind, AlgebraRow, Alignment, Api, AuthenticationEvidence, AuthenticationMethod, Bound, Candidate,
  Capability, CapabilityGroup, Constraints, ContextItem, ContractIntersection, ContractParserOptions, Cost, CostModel,
  DataRetention, DecimalRange, DetectedLabel, DocumentForm, DocumentPath, DocumentReading, DocumentValue,
  EffectiveContract, EncryptionType, Endpoint, FeatureVector, Field, Finding, FoundProperty, Guarantee, Health, History, HistoryLeaf,
  HistoryStore, Interval, IssueDetails, LearnedValue, Lineage, Locality, LocatedDocument, Mapping, MatchingClause,
  MatchingDemand, MatchingFailure, MatchingOffer, MatchingResult, Metadata, Model, Outcome, ParameterInterval,
  ParameterValue, ParseOptions, ParseResult, Place, Plan, Principal, Privacy, Problem, Promised, OwnAlgebra, PropertyDefinition, PropertyJoin, RequestParserOptions,
  PropertyDirection, PropertySpelling, PropertyUnit, Protocol, Request, RequestContent, RequestDocument, RequestFields, RequestLimits,
  RequestSize, RequiredConstraints, RequiredPrivacy, Requirements, Route, SafetyLevel, ServiceCall, ServiceContract,
  ServiceExecutor, ServiceHealth, ServiceResult, ServiceStreamEvent, Stance, StreamDelta, StreamEnd, StreamResume,
  TraceContext, Traits, Validation, ExpectedValue, ExpectedValues, ValueModel,
} from "@caio/contracts";

// The registry of services
export {
  capabilityKey, capabilityPrefix, discover, effectiveTypes, entryBytes, epochTaken, findMatchingServices, MemoryRegistryStore,
  RegistrySnapshot, RegistryView, serviceEntry, ServiceRegistry,
} from "@caio/registry";
export type {
  AlternativeProof, Discovery, Domain, EntryChange, GapEvent, MatchingService, Registration, RegistryBatch,
  RegistryChange, RegistryEdit, RegistryEvent, RegistryOptions, RegistryStore, RegistryWatch, ServiceEntry,
  ServiceEvent, ServiceVersion, WatchOptions,
} from "@caio/registry";

// Policies and their rules
export {
  celMacros, celMethods, celOperators, celProfile, compileRule, conditionScopes, effectivePolicy, evaluateRule,
  filterByRules, findConflicts, InMemoryPolicyStore, modelType, parsePolicySet, policyDefaults, policyDigest,
  policyFromWire, PolicyParser, policySchema, policyToWire, readCondition, requestType, requireExpected, RuleEngine, ruleModel,
  ruleRequest, ruleService, satisfiesRuleAction, serviceType,
} from "@caio/rules";
export type {
  CandidateViews, CelFailure, CelIssue, CelMacro, CelNode, CelOperator, CelProgram, CelType, CompiledEffect,
  CompiledRule, Condition, ConditionReading, ConditionScope, ConditionValues, ExpectedPolicy, FacedRule, FieldType, FoundPolicy, ListType,
  Obligation, PolicyChange, PolicyEvent, PolicyLimits, PolicySet, PolicyStore, PolicyVersion, RejectionCause, RequestRules, Rule, RuleAction, RuleEffect,
  RuleFiltering, RuleFinding, RuleFindingKind, RuleFiring, RuleRejection, RuleVerdict, RuleViews, ScalarName,
  ScalarType, StoredPolicy, StructType, Weights,
} from "@caio/rules";

// Security predicates, callers, sensitive data, integrity
export {
  ApiKeyAuthenticator, defaultAlgorithms, defaultClaimMapping, defaultDetectors, detectSensitivity, digestPayload,
  InMemoryBudgetLedger, InMemoryKeyStore, issueApiKey, normaliseText, openPayload, questionOf, readBearer,
  sealPayload, securityClauses, SecurityTest, SecurityVerifier, signResult, supportedAlgorithms, TokenAuthenticator, unionLabels,
  verifyAccessControl, verifyAuthentication, verifyAuthorization, verifyIntegrity, verifyPrivacy, verifyResult,
  verifySecurity, verifyTrust, windowName,
} from "@caio/security";
export type {
  AccessClaim, AuthenticationClaim, AuthorizationClaim, BudgetLedger, BudgetLimits, BudgetReservation, BudgetUsage,
  BudgetWindow, ClaimMapping, Credential, Detector, HeldReservation, KeyGrant, KeyLimits, KeyRecord, KeySetSource, KeyStore, PrivacyClaim,
  PrivacyPolicy, RandomSource, ReservationResult, ResultSignature, SecurityClause, SecurityConfig, SecurityEvidence,
  SecurityQuestion, SecurityVerdict, SettlementResult, SignatureAlgorithm as TokenSignatureAlgorithm, SignedResult,
  Span, TokenAuthenticatorOptions, TokenProblem, TrustClaim,
} from "@caio/security";

// Promises: composed and enforced
export {
  abandonable, checked, composeGuarantees, fallback, GuaranteeEnforcer, leafOf, measuredCostMicros, OutputSchemas, par, promiseOf,
  refuseAdmission, retry, rowOf, seq,
} from "@caio/guarantees";
export type {
  Abandonable, AdmissionError, AdmissionFacts, AttemptTerms, BrokenCall, Clock, ComposedPromise, Composition, CompositionTerms,
  DecisionPromise, DerivationStep, EncryptionLevel, EnforcedCall, Enforcement, EnforcementErrorCode, KeptCall,
  Latency, LatencyBound, Leaf, Measured, Measurement, OwnBound, Pair, PerCallPromise, PromiseInput, Ratio, Retry, RowOf, Rows,
  Run, SchemaBreach, StreamLimits, StreamMeasurement, StreamSource, Throughput, Verdict as EnforcementVerdict,
  Violation,
} from "@caio/guarantees";

// Promises: monitored
export {
  addToSketch, emptySketch, greatestBrokenShare, GuaranteeMonitor, measuredHealth, mergeSketches, observePair,
  newWager, ODDS_AGAINST, ODDS_IN_FAVOUR, PATIENCE_US, playWager, quantileUs, renewPair, standingsOf, wagerFactors, wagerWealth, watchPair,
} from "@caio/guarantees";
export type {
  BrokenCount, DriftDetector, DurationSketch, MeasuredHealth, MonitorSnapshot, MonitorTerms, Observation, PairWatch,
  PromiseStanding, PromiseStream, PromiseVerdict, RungCounts, VerdictChange, Wager, WatchedKind, WatchedPromise,
  WatchInput,
} from "@caio/guarantees";

// Certificates, traces, the log
export {
  auditLog, auditLogSegment, CheckpointSigner, checkpointText, compareCheckpoints, compareInstances, cosignaturesOf, cosignCheckpoint, createTrace,
  DECISION_PREDICATE_TYPE, ed25519, entryBundle, entryHash, entryText, generateProof, generateSigningKey,
  InMemoryCheckpointStore, InMemoryDecisionKeyStore, InMemoryTraceStore, InMemoryWitnessMemory, KeyRing, keysOf, LogAudit, LogReader, MAX_ENTRY_BYTES,
  meetsQuery, MerkleLog, openCheckpoint, openEnvelope, openNote, outcomeBody, parseCheckpoint, parseEntryBundle,
  parseLogEntry, parseReceipt, parseTilePath, preAuthEncoding, proofObjects, proofProperties, PublicKey, sealCertificate, SealedCertificate,
  readBundleLog, readTile, receiptText, signCheckpoint, signEnvelope, SigningKey, signNote, STATEMENT_PAYLOAD_TYPE,
  PLAN_PREDICATE_TYPE, PLAN_VERSION, sealPlanCertificate,
  STATEMENT_TYPE, TILE_WIDTH, tilePath, tilesOf, TraceabilitySystem, VerifierKey, verifyChain, verifyReceipt, withSignatures, Witness, witnessKey,
  countingFeedback, decisionReward, feedbackAspects, feedbackKinds, teachingOf, untaughtReasons,
} from "@caio/traceability";
export type {
  AccessRecord, AuditFinding, AuditFindingKind, AuditOptions, AuthenticationRecord, AuthorizationRecord, Bundle,
  BundleEncoding, BundleEntry, BundleLog, BundleLogPlace, Certificate, CertifiedAdmission, CertifiedLimit,
  CertifiedOutcome, CertifiedPromise, CertifiedRejection, CertifiedResiduals, CertifiedSelection, CertifiedVerdict,
  ChainHeads, ChainVerdict, Cosignature, Checkpoint, CheckpointSignerOptions, CheckpointStore, DecisionBody, DecisionKeyStore, DecisionOpening,
  DecisionPredicate, DecisionStatement, DisclosedValue, ReadParts, EntryKeys, EntryQuery, Envelope, EnvelopeSignature, ExpiredEntry, ExpiredLink,
  HeadSource, HistoryInput, LogEntry, LoggedText, LoggedVersion, LogReceipt, LogRecord, LogSegment, LogVerdict,
  NoteSigner, OpenedNote, OutcomeBody, PolicyInput, PrivacyRecord, Proof, ProofObject, ProofProperty, ProvableLog,
  RemovedPart, RetentionCutoffs, RetentionOptions, RetentionReport, RetentionRun, RetentionStore,
  AppendedEntry, CertificateText, InstanceBounds, InstanceFinding, InstanceLog, Receipt, RegistryInput, RevealedLeaf, RevealedPrefix, SecurityRecords, SharedVersionReference, SignatureAlgorithm, Staleness, SignedCheckpoint,
  StoredEntry, Tile, TileSource, Trace, TraceBody, TraceQuery, TraceStore, TreeHead, TrustRecord, VersionBody,
  VersionKind, VersionReference, WatchedLog, WitnessedCheckpoint, WitnessFinding, WitnessFindingKind, WitnessMemory, WitnessVerdict,
  WrittenCertificate,
  EntryListener, FeedbackAspect, FeedbackBody, FeedbackKind, JudgedDecision, SaidFeedback, TaughtReward, Teaching, UntaughtReason,
  AdditiveLimit, CertifiedBrokenLimit, CertifiedMultipliers, CertifiedPlanChoice, CertifiedPlanProof, CertifiedPlanRefusal, CertifiedPlanStep,
  OfferedBound, PlanBundleLog, PlanCertificate, PlanLimits, PlanOffer, PlanPredicate, PlanStatement, PlanStepEvidence, PlanTree,
} from "@caio/traceability";

// Fields, scores and control
export {
  CachedEncoder, encodeContracts, encodeVector, joinFeatures, VectorEncoder, MAX_VECTOR, projectFeatures, quantiseFeatures,
  advanceHistory, bandOf, caseDirection, claimsOf, computeAttentionScore, computeIntentScore, computeResonanceScore, computeRlScore,
  conductivity, confidentialityOf, contractText, ControlIntegrator, encodeContract, encodeTraits, energyBoundMicros,
  expExact, extractFieldState, extractMemoryMetrics, FEATURE_COUNT, fft, fieldOf, filterByTraitConstraints,
  onlineEstimate, onlineSettings, predictedCostMicros, withClaims,
  generateControlSignal, HashingEncoder, InMemoryMaia, intentFeatures, inverseFft, isWithinBound, LinUcb, lnExact,
  log10Exact, maturityOf, neutralTraits, powerOf, prepareEncoding, prepareFields, projectHigh, projectLow, readMode, readTraits,
  ReferenceMaia, riskOf, safetyOf, samplesOf, updateMemory, verifyTraitConstraints, violationRateOf, waveEnergyMicros,
  correctMemory, caseOf, ValueEstimator,
} from "@caio/control";
export type {
  BatchLimits, IntegratorOptions, VectorModel,
  AdvanceOptions, AsyncEncoder, Band, CacheLimits, ControlInput, ControlParameters, ControlSignal, EncodedContract, Encoder,
  CaseDirection, Claim, FieldState, IntentReading, LearnedPoint, OnlineEstimate, OnlineSettings, LearnedOutcome, LinUcbOptions, MaiaPort, MemoryMetrics, ModeReading, OutcomeCounts, PreparedEncoding,
  PreparedFields, ReferenceMaiaOptions, TextEncoding, TraitCandidate, TraitContract, TraitVerdict, WantedEncodings,
  LearnedReward, ValueEstimates, ValueSource,
} from "@caio/control";

// The decision, and its execution
export {
  alternativeLines, bundleCertificate, caioRoute, changeText, childKey, choiceChances, choose, clauses, committedValues, commitToRequest, compareReplay,
  computeCostPenalty, computeLatencyPenalty, computeRiskPenalty, createBundle, createStatement, createStoredBundle,
  decimal as decimalOfMicros, DECISION_VERSION, DecisionPool, decisionThreadProgram, derive, discloseValues, effectiveLabels, effectiveLimits,
  explainDecision, explainStatement, exploredScore, fromWorldFile, guaranteeText, historyLeafWire, HistorySnapshot, identityOf, InMemoryHistoryStore,
  lotLines, milliseconds, nameOf, nearestCounterfactual, obstacleLine, openingOf, orchestrateCascade, orchestratePlan, Orchestrator, parseBundle, parseCascadeDocument, parsePlanDocument,
  PolicySnapshot, rejectionReason, replay, runDecisionThread, scoreService, selectedCandidate, smallestWeightFlips, stampRequest, stepNames, tieDigest, toWorldFile, weightNames, withheldPaths, worstCaseCost,
  callerDigest, isLearnable, learningRecord, openingOfDecision, outcomeOfEntry, parseLearningRecord,
  caioPlan, certifiedChoice, choosePlan, createPlanBundle, readPlanLog, stampPlan, stepDocuments,
  createStoredPlanBundle,
} from "@caio/orchestrator";
export type {
  CascadeDocument, CascadeOptions, CascadeOrchestration, CascadePart, EscalationReason,
  ApprovalAnswer, ApprovalRequest, Attempt, BundleExplanation, BundleParts, ChangedWeight, Choice, ChoiceInput, ChosenDecision, Clause, CompiledPolicy, DecidedRequest,
  Counterfactual, Counterfactuals, DecisionIdentity, DecisionInputs, DecisionPoolOptions, DecisionWorker, DecisionWorld, Disclosure, Door, DroppedDemand, Freshness, SnapshotFreshness,
  CostlyCall, EffectiveLimits, Explainable, Explanation, Failed, MonitorPort, Obstacle,
  OrchestrateOptions, Orchestration, OrchestrationEvent, OrchestratorPorts, Place as DecisionPlace, PlanDocument, PlanOptions,
  PlanOrchestration, PoolCommand, PooledDecision, PoolInputs, PoolReply, Propensity, Refused, RefusedDecision, Rejected, ReplayComparison, RequestCommitments,
  Reserved, RetryBudget, RoutingDecision, Scored, ScoredField, ScoreFrame, ScoreTerms, SingleChange, Spending, Stamp, Step, StepResult, StoredDecision, SentDecision, SentPart, Succeeded, ThreadPort, Usage as CostUsage,
  Unaffordable, Verdict, WeightFlip, WorstCaseCost,
  LearnedFields, LearningRecord, UnlearnedEntry,
  Appraised, BrokenLimit, ChosenPlan, DecidedPlan, NoPlan, PlanBundleParts, PlanChoice, PlanDecision, PlanDemands, PlanLogPlace, PlanPick,
  PlanPlace, PlanProblem, PlanProof, PlanRequest, PlanStamp, PlanStep, PlanTerms, RequestReader, StepReading, StoredPlan,
} from "@caio/orchestrator";

// Executors
export {
  EmbeddingsEncoder,
  A2aExecutor, addressKind, allowByLocality, HttpExecutor, isToolLister, InProcessExecutor, McpExecutor, OpenAiExecutor, ProtocolDispatcher,
} from "@caio/adapters";
export type {
  EmbeddingsEncoderOptions,
  A2aExecutorOptions, AddressKind, HttpExecutorOptions, ListedTool, ToolLister, HttpReachOptions, HttpTarget, InProcessTarget, McpExecutorOptions, McpServerCommand,
  OpenAiExecutorOptions, ResolveHost, ResolveSecret, StreamFaultReason,
} from "@caio/adapters";

// Services written with the sdk
export {
  defineService, Service,
} from "@caio/sdk";
export type {
  BrokenPromise, CallOptions, ExecutionContext, InProcessService, ListeningService, ListenOptions, ServiceDefinition,
  Usage,
} from "@caio/sdk";
