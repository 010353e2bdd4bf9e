/** When a circuit opens, and for how long. */
export interface CircuitTerms {
  /** Failures in a row that open it. */
  readonly consecutive: number;
  /** Or: this many failures among the last `window` calls. */
  readonly window: number;
  readonly failures: number;
  /** Milliseconds until a probe, doubled with every probe that fails, up to `longestMs`. */
  readonly openMs: number;
  readonly longestMs: number;
}

const DEFAULTS: CircuitTerms = { consecutive: 5, window: 20, failures: 12, openMs: 2000, longestMs: 60_000 };

export type CircuitState = "closed" | "open" | "probing";

interface Circuit {
  state: CircuitState;
  /** Newest last; true: failed. */
  recent: readonly boolean[];
  /** Milliseconds from which a probe may go; while one is out, from which another may. */
  probeAt: number;
  /** How often it opened since it was last closed. */
  opened: number;
}

/** A circuit that changed its state, for the log. */
export type OnCircuit = (name: string, state: CircuitState) => void;

/**
 * Keeps callers from services that only fail: a circuit that is open lets nothing through, then one probe. A probe whose end nobody
 * tells of keeps it no longer than a failed one would. Time is the caller's, in milliseconds of a monotonic clock.
 */
export class CircuitBreakers {
  readonly #terms: CircuitTerms;
  readonly #onChange: OnCircuit | undefined;
  readonly #circuits = new Map<string, Circuit>();

  constructor(terms: Partial<CircuitTerms> = {}, onChange?: OnCircuit) {
    this.#terms = { ...DEFAULTS, ...terms };
    this.#onChange = onChange;
  }

  state(name: string): CircuitState {
    return this.#circuits.get(name)?.state ?? "closed";
  }

  /** 0 if a call may go out, else the milliseconds until one may. A call that may is the probe of a circuit that was open. */
  admit(name: string, nowMs: number): number {
    const circuit = this.#circuits.get(name);
    if (circuit === undefined || circuit.state === "closed") return 0;
    if (nowMs < circuit.probeAt) return Math.max(1, Math.ceil(circuit.probeAt - nowMs));
    this.#turn(name, circuit, "probing", nowMs);
    return 0;
  }

  /** How a call ended. One that began before the circuit opened says nothing more to it. */
  note(name: string, failed: boolean, nowMs: number): void {
    const circuit = this.#circuits.get(name) ?? { state: "closed", recent: [], probeAt: 0, opened: 0 };
    this.#circuits.set(name, circuit);
    if (circuit.state === "open") return;
    if (circuit.state === "probing") {
      if (!failed) circuit.recent = [];
      this.#turn(name, circuit, failed ? "open" : "closed", nowMs);
      return;
    }
    const { window, consecutive, failures } = this.#terms;
    circuit.recent = [...circuit.recent, failed].slice(-window);
    const inRow = circuit.recent.length - 1 - circuit.recent.lastIndexOf(false);
    const share = circuit.recent.filter(Boolean).length;
    if (inRow >= consecutive || share >= failures) this.#turn(name, circuit, "open", nowMs);
  }

  /** Another version of a service starts anew. */
  forget(name: string): void {
    this.#circuits.delete(name);
  }

  #turn(name: string, circuit: Circuit, state: CircuitState, nowMs: number): void {
    const { openMs, longestMs } = this.#terms;
    const changed = circuit.state !== state;
    circuit.state = state;
    if (state === "closed") circuit.opened = 0;
    if (state === "open") {
      circuit.opened += 1;
      circuit.recent = [];
    }
    circuit.probeAt = nowMs + Math.min(longestMs, openMs * 2 ** Math.min(20, Math.max(0, circuit.opened - 1)));
    if (changed) this.#onChange?.(name, state);
  }
}
