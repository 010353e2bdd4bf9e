import type { Fault } from "../fault.ts";

const CERTIFICATION = "orchestrator/src/steps/certification.ts";
const PROMISE = "orchestrator/src/steps/promise.ts";
const SIGNAL = "control/src/signal/control-signal.ts";

/** Steps 6 to 9: the signal, the promise, and what the certificate and the log say (certificate §3 to §9). */
export const certificateFaults: readonly Fault[] = [
  {
    id: "signal-over-the-bound",
    title: "The control signal is not scaled to its bound",
    breaks: "calculus §9: ‖u‖ ≤ the bound",
    file: SIGNAL,
    find: "if (isWithinBound(whole, boundMicros)) return",
    replace: "if (whole.length > 0) return",
    needs: "bundle",
  },
  {
    id: "bound-without-the-energy",
    title: "The bound of the signal forgets the energy that is there",
    breaks: "certificate §3, control: boundMicros",
    file: "control/src/signal/energy-bound.ts",
    find: "const now = integerRootUp(2n * BigInt(energyMicros) * QUINTILLION);",
    replace: "const now = 0n;",
    needs: "bundle",
  },
  {
    id: "deadline-of-the-request-alone",
    title: "The promised deadline is not the one in force",
    breaks: "certificate §9: the effective deadline",
    file: PROMISE,
    find: "...(limits.deadlineUs === null ? {} : { deadlineUs: limits.deadlineUs }),",
    replace: "...(request.document.limits.deadlineUs === undefined ? {} : { deadlineUs: request.document.limits.deadlineUs }),",
    needs: "bundle",
  },
  {
    id: "declared-promises-only",
    title: "Promises to the caller what is declared, not what was measured",
    breaks: "certificate §9: measured promises stand for the declared",
    file: PROMISE,
    find: "measured: pair.leaf?.promises ?? [],",
    replace: "measured: [],",
    needs: "bundle",
  },
  {
    id: "first-endpoint",
    title: "The output schema is that of the first endpoint",
    breaks: "certificate §9: the endpoint that serves the revealed group",
    file: "orchestrator/src/serving-endpoint.ts",
    find: "if (capability === undefined || group === undefined) return true;",
    replace: "return true;",
    needs: "bundle",
  },
  {
    id: "contract-of-another",
    title: "The contract digest is that of another service",
    breaks: "certificate §3: selected.contractDigest",
    file: CERTIFICATION,
    find: "const { contract, contractDigest } = selected.entry;",
    replace: "const { contract } = selected.entry;\n  const { contractDigest } = frame.domain.services[0];",
    needs: "bundle",
  },
  {
    id: "log-names-another-pair",
    title: "The log names the runner-up as the choice",
    breaks: "certificate §7: the bodies agree with the certificate",
    file: CERTIFICATION,
    find: '{ service: outcome.selected.service, model: outcome.selected.model } : null,\n    parent',
    replace: '{ service: (outcome.runnerUp ?? outcome.selected).service, model: (outcome.runnerUp ?? outcome.selected).model } : null,\n    parent',
    needs: "bundle",
  },
  {
    id: "commitments-without-salt",
    title: "Request commitments are not salted",
    breaks: "certificate §4: H(0x04 ‖ salt ‖ value)",
    file: "orchestrator/src/commitment.ts",
    find: 'sha256Hex(COMMITMENT, derive(key, "salt", path), canonicalJson(value))',
    replace: "sha256Hex(COMMITMENT, canonicalJson(value))",
    needs: "bundle",
  },
  {
    id: "proof-under-an-older-head",
    title: "Inclusion is proved under a smaller head than the one signed",
    breaks: "certificate §7: inclusion under the checkpoint",
    file: "traceability/src/bundle/bundle-log.ts",
    find: "log.inclusionProof(index, size).map(toHex)",
    replace: "log.inclusionProof(index, Math.max(index + 1, size - 1)).map(toHex)",
    needs: "bundle",
  },
];

/** What the router is taken at its word for: changed, it is not seen (certificate §10). */
export const attestedFaults: readonly Fault[] = [
  {
    id: "intent-reversed",
    title: "The intent term is turned upside down",
    breaks: "calculus §6, term I",
    file: "orchestrator/src/steps/score.ts",
    find: "intent: computeIntentScore(encoding, fields.prepared),",
    replace: "intent: MICRO - computeIntentScore(encoding, fields.prepared),",
    needs: "bundle",
    attested: "the intent field is not in the bundle: the term is range-checked",
  },
  {
    id: "one-salt-for-all",
    title: "Salts do not depend on the decision key",
    breaks: "calculus §0: salt = d(salt, path)",
    file: "orchestrator/src/identity.ts",
    find: "return hmacSha256(decisionKey,",
    replace: 'return hmacSha256(label === "salt" ? new Uint8Array(32) : decisionKey,',
    needs: "bundle",
    attested: "the decision key is secret: a salt opens its commitment wherever it came from",
  },
  {
    id: "energy-misreported",
    title: "The energy before the signal is reported as 0",
    breaks: "calculus §9: E",
    file: SIGNAL,
    find: "const energyBeforeMicros = waveEnergyMicros(input.intent, rate, input.parameters);",
    replace: "const energyBeforeMicros = waveEnergyMicros(input.intent, rate, input.parameters) * 0;",
    needs: "bundle",
    attested: "the intent field and its rate are not in the bundle: the bound follows from the energy stated",
  },
];
