import type { Detector } from "./detector.ts";
import { emailDetector } from "./detectors/email.ts";
import { ibanDetector } from "./detectors/iban.ts";
import { nationalIdDetector } from "./detectors/national-id/national-id-detector.ts";
import { paymentCardDetector } from "./detectors/payment-card.ts";
import { phoneDetector } from "./detectors/phone.ts";

/** What is looked for where nothing else is said. Add to it; a list without these detects less. */
export const defaultDetectors: readonly Detector[] = [
  emailDetector,
  ibanDetector,
  nationalIdDetector,
  paymentCardDetector,
  phoneDetector,
];
