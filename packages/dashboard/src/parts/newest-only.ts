/** Questions that take their time, of which only the newest counts: what is found of an earlier one must not stand under a later one. */
export class NewestOnly {
  #asked = 0;

  /** What comes of a question; undefined if another was asked, or all were forgotten, before it came. */
  async of<Answer>(question: Promise<Answer>): Promise<Answer | undefined> {
    const own = ++this.#asked;
    const answer = await question;
    return own === this.#asked ? answer : undefined;
  }

  forget(): void {
    this.#asked++;
  }
}
