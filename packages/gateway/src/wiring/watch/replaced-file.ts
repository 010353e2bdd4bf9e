import { open, readFile, rename } from "node:fs/promises";

/** One file whose whole content is replaced each time, so that a crash leaves the content before or after. */
export interface ReplacedFile {
  /** Undefined if there is none yet. */
  read(): Promise<string | undefined>;
  /** Resolves when it is on the disk; writes go one after another. */
  write(text: string): Promise<void>;
}

export function replacedFile(path: string): ReplacedFile {
  let turn: Promise<unknown> = Promise.resolve();
  const replace = async (text: string): Promise<void> => {
    const next = `${path}.next`;
    const file = await open(next, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  };
  return {
    read: async () => {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: (text) => {
      const written = turn.then(() => replace(text));
      turn = written.catch(() => undefined);
      return written;
    },
  };
}
