import type { Detector, Span } from "../../detector.ts";
import { hasDigit } from "../digit-runs.ts";
import { cpf } from "./brazil.ts";
import { nir } from "./france.ts";
import { taxId } from "./germany.ts";
import { fiscalCode } from "./italy.ts";
import { findNationalIds, type NationalId } from "./national-id.ts";
import { hetu, personnummer } from "./nordic.ts";
import { pesel } from "./poland.ts";
import { identityNumber } from "./spain.ts";
import { nationalInsuranceNumber } from "./united-kingdom.ts";
import { plainSocialSecurityNumber, socialSecurityNumber } from "./united-states.ts";

const nationalIds: readonly NationalId[] = [
  cpf,
  fiscalCode,
  hetu,
  identityNumber,
  nationalInsuranceNumber,
  nir,
  personnummer,
  pesel,
  plainSocialSecurityNumber,
  socialSecurityNumber,
  taxId,
];

/** National identity, tax and insurance numbers of BR, DE, ES, FI, FR, GB, IT, PL, SE and US. */
export const nationalIdDetector: Detector = {
  name: "national-id",
  labels: ["personal"],
  *find(text: string): Iterable<Span> {
    // Each of them has a digit; a fiscal code of letters alone is a word.
    if (!hasDigit(text)) return;
    for (const id of nationalIds) yield* findNationalIds(text, id);
  },
};
