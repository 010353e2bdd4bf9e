import type { Project } from "./projects.ts";

/**
 * The dependencies that the floors forbid, as sentences. An arrow goes to a lower floor; on floor 0 to core alone; floor 3 never
 * builds on floor 2, whose ports apps choose; the verifier builds on nothing, since it must not import what it checks.
 */
export function forbiddenArrows(projects: readonly Project[]): readonly string[] {
  const byName = new Map(projects.map((project) => [project.name, project]));
  return projects.flatMap((from) =>
    from.dependencies.flatMap((name) => {
      const to = byName.get(name);
      return to === undefined || isAllowed(from, to) ? [] : [`${from.name} (floor ${String(from.floor)}) → ${to.name} (floor ${String(to.floor)})`];
    }),
  );
}

function isAllowed(from: Project, to: Project): boolean {
  if (from.scope === "core" || from.scope === "verifier") return false;
  if (to.scope === "core") return true;
  if (from.floor === 3 && to.floor === 2) return false;
  return to.floor < from.floor;
}
