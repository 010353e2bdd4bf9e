import { expect, it } from "vitest";

import { armMeans, evaluatePolicy, type Chance, type LoggedRow } from "../../src/index.ts";

const SEED = 20_261_130;
const [LOGS, ROWS, ARMS] = [200, 400, 4];

/** Lehmer's generator: from 0 to below 1. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Two kinds of request; the logging policy takes the first arm, and one of all in a fifth of the cases; the target takes another arm where it is better. */
const chances = (best: number, explored: number): readonly Chance[] => Array.from({ length: ARMS }, (_arm, arm) => ({ numerator: explored + (arm === best ? (10 - explored) * ARMS : 0), denominator: 10 * ARMS }));
const logged = chances(0, 2);
const target = [chances(0, 0), chances(3, 0)] as const;
const means = [[0.7, 0.5, 0.4, 0.6], [0.3, 0.5, 0.2, 0.9]] as const;
const TRUTH = 0.7 * 0.7 + 0.3 * 0.9;

function rowOf(random: () => number): LoggedRow {
  const kind = random() < 0.7 ? 0 : 1;
  let lot = random();
  const chosen = Math.max(0, logged.findIndex(({ numerator, denominator }) => (lot -= numerator / denominator) < 0));
  const actions = logged.map((chance, arm) => ({ arm, logged: chance, target: target[kind][arm] ?? chance }));
  return { actions, chosen, reward: random() < (means[kind][chosen] ?? 0) ? 1 : 0 };
}

it("of 95 % intervals about so many hold the truth, and estimates miss it to either side alike", () => {
  console.log(`seed ${String(SEED)}`);
  const random = randomOf(SEED);
  const answers = Array.from({ length: LOGS }, () => {
    const answer = evaluatePolicy(Array.from({ length: ROWS }, () => rowOf(random)), { range: { low: 0, high: 1 }, fit: armMeans });
    if (answer.kind !== "estimated") throw new Error(answer.reason);
    return answer;
  });
  for (const name of ["inversePropensity", "selfNormalised", "doublyRobust"] as const) {
    const all = answers.map((answer) => answer[name]);
    const held = all.filter(({ low, high }) => low <= TRUTH && TRUTH <= high).length / LOGS;
    // Three standard deviations below 95 %.
    expect(held, name).toBeGreaterThan(0.9);
    const bias = all.reduce((sum, { value }) => sum + value - TRUTH, 0) / LOGS;
    const error = Math.sqrt(all.reduce((sum, { value }) => sum + (value - TRUTH) * (value - TRUTH), 0) / LOGS);
    expect(Math.abs(bias), name).toBeLessThan((4 * error) / Math.sqrt(LOGS));
  }
  // The width is not bought by saying nothing.
  expect(answers.reduce((sum, { doublyRobust: { low, high } }) => sum + high - low, 0) / LOGS).toBeLessThan(0.3);
});
