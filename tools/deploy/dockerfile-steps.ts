/** One line of a Dockerfile that does something to the first stage. */
export type BuildStep = { readonly kind: "run"; readonly command: string } | { readonly kind: "copy-context" };

/** What the stage that builds does, and how the image starts: read from the Dockerfile itself, so that what is checked is what is built. */
export function readDockerfile(text: string): { readonly steps: readonly BuildStep[]; readonly copied: ReadonlyMap<string, string>; readonly entry: readonly string[]; readonly command: readonly string[] } {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const stages = lines.flatMap((line, at) => (line.startsWith("FROM ") ? [at] : []));
  const [, second = lines.length] = stages;
  const steps = lines.slice(0, second).flatMap((line): BuildStep[] => {
    if (line.startsWith("RUN ")) return [{ kind: "run", command: line.slice("RUN ".length) }];
    return line === "COPY . ." ? [{ kind: "copy-context" }] : [];
  });
  const last = lines.slice(second);
  const copied = new Map(last.flatMap((line) => {
    const parts = /^COPY (?:--from=build )?(\S+) (\S+)$/.exec(line);
    return parts === null ? [] : [[parts[1] ?? "", parts[2] ?? ""] as const];
  }));
  const listOf = (word: string): readonly string[] => {
    const line = last.find((each) => each.startsWith(`${word} [`));
    if (line === undefined) throw new Error(`The Dockerfile has no ${word} in the form of a list.`);
    return JSON.parse(line.slice(word.length + 1)) as readonly string[];
  };
  return { steps, copied, entry: listOf("ENTRYPOINT"), command: listOf("CMD") };
}
