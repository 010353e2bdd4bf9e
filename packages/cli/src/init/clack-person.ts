import { cancel, intro, isCancel, log, select, text } from "@clack/prompts";

import type { Person } from "./interview.ts";

/** The person at this terminal. */
export function clackPerson(): Person {
  intro("A folder for a CAIO gateway. Ctrl-C leaves, and nothing is written.");
  const answered = (answer: string | symbol): string | undefined => {
    if (!isCancel(answer)) return typeof answer === "string" ? answer : undefined;
    cancel("Nothing was written.");
    return undefined;
  };
  return {
    text: async (message, { initial, optional = false, wrong }) => answered(await text({
      message,
      ...(initial === undefined ? {} : { initialValue: initial }),
      validate: (value) => (value ?? "") === "" && !optional ? "An answer is needed." : wrong?.(value ?? ""),
    })),
    choose: async (message, choices) => {
      const options: { value: string; label: string }[] = choices.map(({ value, label }) => ({ value, label }));
      const answer = answered(await select({ message, options }));
      return choices.find(({ value }) => value === answer)?.value;
    },
    show: (title, shown) => { log.message(`${title}\n\n${shown}`); },
  };
}
