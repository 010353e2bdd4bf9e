import { intro, isCancel, select, text } from "@clack/prompts";

import type { Person } from "./interview.ts";

/** The person at this terminal. */
export function clackPerson(): Person {
  intro("A folder for a CAIO gateway");
  return {
    text: async (message, { initial, optional = false, wrong }) => {
      const answer = await text({
        message,
        ...(initial === undefined ? {} : { initialValue: initial }),
        validate: (value) => (value ?? "") === "" && !optional ? "An answer is needed." : wrong?.(value ?? ""),
      });
      return isCancel(answer) ? undefined : answer;
    },
    choose: async (message, choices) => {
      const options: { value: string; label: string }[] = choices.map(({ value, label }) => ({ value, label }));
      const answer = await select({ message, options });
      return isCancel(answer) ? undefined : choices.find(({ value }) => value === answer)?.value;
    },
  };
}
