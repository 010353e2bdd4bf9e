import { verifyBundle } from "@caio/verifier";

/** A check of the verifier that fails, without the pair that some are made for. */
export interface Refusal {
  readonly check: string;
  readonly detail: string;
}

const perPair = ["verdict", "residuals", "terms", "features", "prefer", "score"];

/** Why the unbroken verifier refuses a bundle; empty if it does not. */
export async function refusals(bundle: string, publicKey: string): Promise<readonly Refusal[]> {
  const { checks } = await verifyBundle(bundle, { publicKey });
  return checks
    .filter(({ verdict }) => verdict === "fail")
    .map(({ name, detail = "" }) => ({ check: perPair.find((family) => name.startsWith(`${family}.`)) ?? name, detail }));
}
