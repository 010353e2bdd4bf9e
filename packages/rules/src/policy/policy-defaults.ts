/**
 * What a policy set says where its file says nothing, in the spelling of files (formats, Policy set). Limits have no
 * default: what is not limited by the policy or the caller is not limited. `{ caio_policy: 1, id: x }` is a whole policy.
 */
export const policyDefaults = {
  currency: "USD",
  weights: {
    intent: "0.3",
    attention: "0.2",
    rl: "0.2",
    resonance: "0.1",
    model: "0",
    cost: "0.1",
    risk: "0.05",
    latency: "0.05",
  },
  rl: { width: "0.5" },
  /** Labels that only safe places may see. An empty list in the file switches this off, and is said in the digest. */
  privacy: { mode: "strict", sensitive: ["personal", "health", "payment_card"] },
  fallback: { max_attempts: "2", after_first_byte: "error" },
  retry: { max_attempts: "1", backoff_ms: "100" },
  exploration: { epsilon: "0", max_loss: "0" },
  monitor: { alpha: "0.01", drift_run_length: "10000" },
  control: { excite: "0.2", damp: "0.1", c: "1", m: "0.1", interval: "0.1", e_max: "1" },
} as const;
