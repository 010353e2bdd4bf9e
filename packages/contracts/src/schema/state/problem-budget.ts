import { DecimalText } from "../../document/decimal-text.ts";
import { MAX_CASES, MAX_COST_CLASSES } from "../../online-value.ts";
import { MAX_PROBLEMS } from "../../document/problem.ts";
import { LEARNED_SIZE, MEMORY_SIZE } from "./history-sizes.ts";

type Members = Readonly<Record<string, unknown>>;
type Kind = (value: unknown) => boolean;

const isText: Kind = (value) => typeof value === "string";
const isNumber: Kind = (value) => value instanceof DecimalText || typeof value === "string";
/** What a leaf must have, by the kind of value; one that is missing or of another kind is a problem for certain. */
const LEAF: Readonly<Record<string, Kind>> = {
  service: isText,
  model: (value) => value === null || typeof value === "string",
  health: isText,
  promises: Array.isArray,
  outcomes: isNumber,
  violations: isNumber,
};
const PROMISE: Readonly<Record<string, Kind>> = { property: isText, bound: (value) => membersOf(value) !== undefined };

/**
 * A history cut down to what is looked at if it is wrong anyway: at most 500 problems are told (`MAX_PROBLEMS`), and a schema
 * would find a hundred thousand in 4 MiB before it says so. What may be right is left as it is, and so is every index.
 */
export function withinProblemBudget(history: unknown): unknown {
  const root = membersOf(history);
  return root === undefined ? history : new ProblemBudget().history(root);
}

/** Counts what is wrong for certain, without a schema; once that is enough, the rest of every list is left out. */
class ProblemBudget {
  #left = MAX_PROBLEMS;

  history(root: Members): Members {
    return this.#members(root, { leaves: (leaves) => this.#list(leaves, (leaf) => this.#leaf(leaf)) });
  }

  #leaf(value: unknown): unknown {
    const leaf = this.#having(value, LEAF);
    if (leaf === undefined) return value;
    return this.#members(leaf, {
      promises: (promises) => this.#list(promises, (promise) => this.#promise(promise)),
      memory: (doubles) => this.#doubles(doubles, MEMORY_SIZE),
      learned: (learned) => this.#learned(learned),
    });
  }

  #promise(value: unknown): unknown {
    const promise = this.#having(value, PROMISE);
    return promise === undefined ? value : this.#members(promise, { bound: (bound) => this.#members(membersOf(bound) ?? {}, {}) });
  }

  #learned(value: unknown): unknown {
    const learned = membersOf(value);
    if (learned === undefined) return value;
    return this.#members(learned, {
      theta: (doubles) => this.#doubles(doubles, LEARNED_SIZE),
      inverse: (doubles) => this.#doubles(doubles, LEARNED_SIZE * LEARNED_SIZE),
      online: (online) => this.#online(online),
    });
  }

  #online(value: unknown): unknown {
    const online = membersOf(value);
    if (online === undefined) return value;
    return this.#members(online, { cases: (cases) => this.#parts(cases, MAX_CASES), costs: (costs) => this.#parts(costs, MAX_COST_CLASSES) });
  }

  /** Mappings, one more than there may be: enough to be too many. */
  #parts(value: unknown, most: number): unknown {
    if (!Array.isArray(value)) return value;
    return this.#list(value.slice(0, most + 1), (item) => this.#members(this.#having(item, {}) ?? {}, {}));
  }

  /** One more than there may be: enough to be too many. */
  #doubles(value: unknown, size: number): unknown {
    if (!Array.isArray(value)) return value;
    return this.#list(value.slice(0, size + 1), (item) => {
      if (!(item instanceof DecimalText)) this.#left -= 1;
      return item;
    });
  }

  /** The items up to the one at which the budget is spent. */
  #list(value: unknown, item: (value: unknown) => unknown): unknown {
    if (!Array.isArray(value)) return value;
    const kept: unknown[] = [];
    for (const each of value as readonly unknown[]) {
      if (this.#left <= 0) break;
      kept.push(item(each));
    }
    return kept;
  }

  /** The members, if there are any to look at; counts those of `needed` that are not there or of another kind. */
  #having(value: unknown, needed: Readonly<Record<string, Kind>>): Members | undefined {
    const members = membersOf(value);
    if (members === undefined) this.#left -= 1;
    else for (const [key, isRight] of Object.entries(needed)) if (!isRight(own(members, key))) this.#left -= 1;
    return members;
  }

  /** No mapping of a history has so many keys: with more of them, most are unknown, and the first are enough to say so. */
  #members(members: Members, inner: Readonly<Record<string, (value: unknown) => unknown>>): Members {
    const entries = Object.entries(members).filter(([key]) => !key.startsWith("x-"));
    if (entries.length > MAX_PROBLEMS) this.#left = 0;
    return Object.fromEntries(
      entries.slice(0, MAX_PROBLEMS).map(([key, value]) => [key, Object.hasOwn(inner, key) ? inner[key]?.(value) : value]),
    );
  }
}

function membersOf(value: unknown): Members | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof DecimalText) return undefined;
  return value as Members;
}

function own(members: Members, key: string): unknown {
  return Object.hasOwn(members, key) ? members[key] : undefined;
}
