/** What is asked, and whether it takes a model that reasons. */
export interface Prompt {
  readonly text: string;
  readonly reasoning: boolean;
}

export const prompts: readonly Prompt[] = [
  { text: "Put this into one sentence: the office is closed on Monday because of the holiday.", reasoning: false },
  { text: "Which of these is a fruit: hammer, pear, cloud?", reasoning: false },
  { text: "Write a subject line for a mail about a late parcel.", reasoning: false },
  { text: "Why does this loop never end: while (i < 10) { j++; }?", reasoning: true },
  { text: "Translate into German: good morning.", reasoning: false },
  { text: "Give three synonyms of quick.", reasoning: false },
  { text: "Is the tone of this friendly: thanks so much, that helped a lot?", reasoning: false },
  { text: "Correct the spelling: recieve.", reasoning: false },
  { text: "Two trains leave at eight, 300 km apart, at 80 and 70 km/h. When do they meet?", reasoning: true },
  { text: "Say hello in four languages.", reasoning: false },
];
