import { Task } from "@a2a-js/sdk";

/** Bytes of JSON that all kept tasks may have, and how many there may be. The oldest go first. */
const MAX_BYTES = 67_108_864;
const MAX_KEPT = 2000;

interface Kept {
  readonly owner: string;
  readonly task: Task;
  readonly bytes: number;
}

/** Tasks that are over, for those who ask again. What matters of them is in the log: this is for convenience, and ends with the process. */
export class FinishedTasks {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  keep(owner: string, task: Task): void {
    const bytes = JSON.stringify(Task.toJSON(task)).length;
    this.#kept.set(task.id, { owner, task, bytes });
    this.#bytes += bytes;
    for (const [id, oldest] of this.#kept) {
      if (this.#bytes <= MAX_BYTES && this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(id);
      this.#bytes -= oldest.bytes;
    }
  }

  /** Undefined for a task of someone else, too. */
  get(owner: string, id: string): Task | undefined {
    const kept = this.#kept.get(id);
    return kept?.owner === owner ? kept.task : undefined;
  }

  /** Newest first. */
  of(owner: string): readonly Task[] {
    return [...this.#kept.values()].filter((kept) => kept.owner === owner).map(({ task }) => task).reverse();
  }
}
