import { GuaranteeEnforcer, type Clock, type EnforcedCall, type Enforcement, type PerCallPromise, type Run } from "@caio/guarantees";

/** An enforcer that overlooks a part of what was promised. */
class LenientEnforcer extends GuaranteeEnforcer {
  readonly #overlook: (promise: PerCallPromise) => PerCallPromise;

  constructor(options: { readonly clock: Clock }, overlook: (promise: PerCallPromise) => PerCallPromise) {
    super(options);
    this.#overlook = overlook;
  }

  override enforce(call: EnforcedCall, promise: PerCallPromise, run: Run): Promise<Enforcement> {
    return super.enforce(call, this.#overlook(promise), run);
  }
}

/** How to break an orchestrator with one. */
export function overlooking(overlook: (promise: PerCallPromise) => PerCallPromise): {
  readonly enforcer: (options: { readonly clock: Clock }) => GuaranteeEnforcer;
} {
  return { enforcer: (options) => new LenientEnforcer(options, overlook) };
}
