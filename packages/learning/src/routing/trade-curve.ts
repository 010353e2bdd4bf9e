/** Numbers per prompt and model, a prompt's models beside each other. */
export interface PromptMatrix {
  readonly width: number;
  readonly numbers: Float64Array;
}

/** How many prompts a matrix has. */
export function promptsOf({ width, numbers }: PromptMatrix): number {
  return numbers.length / width;
}

/**
 * Per prompt the model of largest value − trade·cost; of equal ones the cheapest, then the first.
 *
 * @param trade - value that one unit of cost is worth; `Infinity` takes the cheapest, and of equally cheap ones that of most value
 */
export function chooseByTrade(values: PromptMatrix, costs: PromptMatrix, trade: number): Uint16Array {
  const { width } = values;
  const better = (a: number, b: number): boolean => {
    const value = (values.numbers[a] ?? 0) - (values.numbers[b] ?? 0);
    const cost = (costs.numbers[a] ?? 0) - (costs.numbers[b] ?? 0);
    if (trade === Infinity) return cost < 0 || (cost === 0 && value > 0);
    const gain = value - trade * cost;
    return gain > 0 || (gain === 0 && cost < 0);
  };
  return Uint16Array.from({ length: promptsOf(values) }, (_, prompt) => {
    let best = prompt * width;
    for (let at = best + 1; at < (prompt + 1) * width; at++) if (better(at, best)) best = at;
    return best - prompt * width;
  });
}

/** What is chosen of a matrix: one number per prompt. */
export function chosenOf({ width, numbers }: PromptMatrix, choice: Uint16Array): Float64Array {
  return Float64Array.from(choice, (model, prompt) => numbers[prompt * width + model] ?? 0);
}

/** The mean of some numbers, each counted `weights` times where these are given; 0 without any. */
export function meanOf(numbers: Float64Array, weights?: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < numbers.length; at++) {
    const weight = weights?.[at] ?? 1;
    sum += weight * (numbers[at] ?? 0);
    count += weight;
  }
  return count === 0 ? 0 : sum / count;
}
