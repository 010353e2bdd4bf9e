import { attestedFaults, certificateFaults } from "./certificate.ts";
import { choiceFaults } from "./choice.ts";
import { limitFaults } from "./limits.ts";
import { logFaults } from "./log.ts";
import { matchingFaults } from "./matching.ts";
import { planChoiceFaults } from "./plan-choice.ts";
import { planVerifierFaults } from "./plan-verifier.ts";
import { ruleFaults } from "./rules.ts";
import { scoreFaults } from "./score.ts";
import { securityFaults } from "./security.ts";
import type { Fault } from "../fault.ts";

/** All faults, in the order of the master equation. */
export const catalogue: readonly Fault[] = [
  ...matchingFaults,
  ...ruleFaults,
  ...securityFaults,
  ...limitFaults,
  ...scoreFaults,
  ...choiceFaults,
  ...planChoiceFaults,
  ...planVerifierFaults,
  ...certificateFaults,
  ...logFaults,
  ...attestedFaults,
];
