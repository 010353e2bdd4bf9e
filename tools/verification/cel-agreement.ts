import { readCondition, ruleModel, ruleRequest, ruleService, type ConditionScope } from "@caio/rules";
import { effectiveLimits, effectiveLabels } from "@caio/orchestrator";
import { evaluateCel } from "@caio/verifier";

import { Dice } from "../worlds/random/dice.ts";
import { randomExpression } from "../worlds/random/expression.ts";
import { randomWorld } from "../worlds/random-world.ts";
void effectiveLimits; void effectiveLabels; void ruleRequest; void Dice; void randomExpression; void randomWorld; void readCondition; void ruleModel; void ruleService; void evaluateCel;
export type Scope = ConditionScope;
