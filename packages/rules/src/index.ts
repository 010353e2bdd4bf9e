// Policies
export type { PolicyLimits, PolicySet, Weights } from "./policy-set.ts";
export type { Obligation, Rule, RuleEffect } from "./rule.ts";
export { parsePolicySet, PolicyParser } from "./policy/policy-parser.ts";
export { policyDefaults } from "./policy/policy-defaults.ts";
export { policySchema } from "./policy/policy-schema.ts";
export { policyDigest, policyFromWire, policyToWire } from "./policy/policy-wire.ts";
export { effectivePolicy } from "./policy/effective-policy.ts";
export type { PolicyChange, PolicyEvent, PolicyStore, StoredPolicy } from "./policy/policy-store.ts";
export { requireExpected, type ExpectedPolicy, type FoundPolicy, type PolicyVersion } from "./policy/expected-policy.ts";
export { InMemoryPolicyStore } from "./policy/in-memory-policy-store.ts";

// What rules see
export { ruleRequest } from "./view/rule-request.ts";
export { ruleService } from "./view/rule-service.ts";
export { ruleModel } from "./view/rule-model.ts";

// The engine
export { RuleEngine } from "./engine/rule-engine.ts";
export { compileRule, type CompiledEffect, type CompiledRule } from "./engine/compiled-rule.ts";
export { evaluateRule, type RuleFiring } from "./engine/evaluate-rule.ts";
export {
  satisfiesRuleAction,
  type RejectionCause,
  type RuleAction,
  type RuleViews,
} from "./engine/satisfies-rule-action.ts";
export { filterByRules, type CandidateViews, type RuleFiltering } from "./engine/filter-by-rules.ts";
export type { FacedRule, RequestRules, RuleRejection, RuleVerdict } from "./engine/rule-verdict.ts";

// The CEL profile
export { celMacros, celMethods, celOperators, celProfile, type CelMacro, type CelOperator } from "./cel/profile.ts";
export { conditionScopes, modelType, requestType, serviceType, type ConditionScope } from "./cel/schema.ts";
export type { CelType, FieldType, ListType, ScalarName, ScalarType, StructType } from "./cel/cel-type.ts";
export { readCondition, type Condition, type ConditionReading } from "./cel/condition.ts";
export type { CelIssue } from "./cel/syntax/cel-issue.ts";
export type { CelFailure, CelProgram, ConditionValues } from "./cel/cel-program.ts";
export type { CelNode } from "./cel/syntax/ast.ts";

// Analysis
export { findConflicts } from "./analysis/find-conflicts.ts";
export type { RuleFinding, RuleFindingKind } from "./analysis/rule-finding.ts";
