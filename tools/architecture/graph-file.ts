import type { Project } from "./projects.ts";

/** The part of `nx graph --file=graph.json` that says who builds on whom. */
export interface GraphFile {
  readonly graph: {
    readonly nodes: Readonly<Record<string, { readonly data: { readonly root: string } }>>;
    readonly dependencies: Readonly<Record<string, readonly { readonly source: string; readonly target: string }[]>>;
  };
}

/** The projects with the arrows that Nx found in the sources, in place of those of the package.json files. */
export function withGraph(projects: readonly Project[], { graph }: GraphFile): readonly Project[] {
  const nameOf = new Map(
    Object.entries(graph.nodes).map(([node, { data }]) => [node, projects.find(({ folder }) => folder === data.root)?.name]),
  );
  const arrows = Object.values(graph.dependencies).flat();
  return projects.map((project) => ({
    ...project,
    dependencies: arrows
      .filter(({ source }) => nameOf.get(source) === project.name)
      .flatMap(({ target }) => nameOf.get(target) ?? []),
  }));
}
