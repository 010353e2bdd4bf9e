// A receipt, checked in a worker of the page
export { answerQuestion } from "./answer-question.ts";
export { checkReceipt, type Answer, type Question } from "./check-receipt.ts";
export { decisionSummary, type Fact } from "./decision-summary.ts";

// What a report says, for people
export { groupChecks, type CheckGroup } from "./group-checks.ts";
export { counted, standingSentence, verdictOf, verdictSentence, type Verdict } from "./judgement.ts";
