import { publicKeyOf, verifyBundle, webCrypto } from "@caio/verifier";

import type { Answer, Question } from "./check-receipt.ts";
import { decisionSummary } from "./decision-summary.ts";

/** RFC 8032 §7.1, test 1: the signature of the empty message. */
const KNOWN_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const KNOWN_SIGNATURE = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

/** Checks a receipt where it is called. It needs a browser, or a worker of one, that knows Ed25519, and says so where it does not. */
export async function answerQuestion({ bundle, publicKey }: Question): Promise<Answer> {
  if (!(await knowsEd25519())) {
    return { kind: "stopped", why: "This browser cannot check Ed25519 signatures here. Open the page over https or from localhost, in a current browser." };
  }
  const report = await verifyBundle(bundle, { publicKey });
  return { kind: "report", report, facts: decisionSummary(bundle) };
}

/** Without it every signature would be taken for a false one. */
async function knowsEd25519(): Promise<boolean> {
  try {
    const signature = Uint8Array.from(atob(KNOWN_SIGNATURE), (unit) => unit.charCodeAt(0));
    return await webCrypto.verifyEd25519(publicKeyOf(KNOWN_KEY) ?? new Uint8Array(), new Uint8Array(), signature);
  } catch {
    return false;
  }
}
