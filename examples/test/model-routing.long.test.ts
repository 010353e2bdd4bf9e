import { beforeAll, describe, expect, it } from "vitest";

import { runExample, type Ran } from "./support/run-example.ts";

let ran: Ran;
beforeAll(async () => {
  ran = await runExample("model-routing");
});

const numbers = (pattern: RegExp): readonly number[] => (pattern.exec(ran.stdout) ?? []).slice(1).map(Number);

describe("model routing", () => {
  it("sends what takes a model that reasons to the best, all else to the cheapest, and saves what it says", () => {
    const [chosen = 0] = numbers(/caio:auto: 8 × fake-small, 2 × fake-large; (\d+) µUSD/);
    const [best = 0] = numbers(/always fake-large: (\d+) µUSD/);
    const [saved] = numbers(/saved: (\d+) %/);
    expect(chosen).toBeGreaterThan(0);
    expect(best).toBeGreaterThan(2 * chosen);
    expect(saved).toBe(Math.round((100 * (best - chosen)) / best));
  });

  it("refuses at the end of a budget, spends no more than it, and still finds what fits", () => {
    const [answers = 0] = numbers(/after (\d+) answers: 402 BudgetExceeded/);
    const [spent = 0] = numbers(/spent: (\d+) of 10000 µUSD/);
    expect(answers).toBeGreaterThan(0);
    expect(spent).toBe(answers * 835);
    expect(ran.stdout).toContain("every service that is left can cost more than the budget");
    expect(ran.stdout).toContain("the gateway still finds fake-small");
  });

  it("goes on at another model where one breaks off, and the client reads one whole answer", () => {
    expect(ran.stdout).toMatch(/begun by fake-small, gone on by fake-(?:medium|large); the client read: t0 t1 t2 t3 t4 t5 t6 t7\n/);
  });

  it("has a receipt of everything", () => {
    const [valid, all] = numbers(/(\d+) of (\d+) valid/);
    expect(all).toBeGreaterThan(20);
    expect(valid).toBe(all);
    expect(ran.stderr).toBe("");
  });
});
