/** Does the work for each item, a few at a time, and waits for all. The first failure is thrown once nothing is under way any more. */
export async function inParallel<Item>(items: Iterable<Item>, most: number, work: (item: Item) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let step = iterator.next(); step.done !== true && !failed; step = iterator.next()) {
      try {
        await work(step.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: most }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
