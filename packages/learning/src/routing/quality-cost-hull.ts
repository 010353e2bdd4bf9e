/** What a way of choosing costs on average, and how good it is. */
export interface QualityCost {
  readonly cost: number;
  readonly quality: number;
}

/**
 * The upper concave hull of points: what can be reached by choosing one of two ways by lot, from the cheapest point to the best one. In order of cost.
 */
export function qualityCostHull(points: readonly QualityCost[]): readonly QualityCost[] {
  const sorted = [...points].sort((a, b) => a.cost - b.cost || b.quality - a.quality);
  const hull: QualityCost[] = [];
  for (const point of sorted) {
    if (point.quality <= (hull.at(-1)?.quality ?? -Infinity)) continue;
    while (hull.length >= 2 && isBelow(hull.at(-2), hull.at(-1), point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/**
 * The mean quality of the hull over costs from `from` to `to`. Left of its cheapest point the hull has that point's quality (nothing cheaper was
 * shown), right of its best the best's. Where `to` is not above `from`, the quality at `from`.
 */
export function hullArea(points: readonly QualityCost[], from: number, to: number): number {
  const hull = qualityCostHull(points);
  const [first, last] = [hull[0], hull.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const line = [{ cost: Math.min(from, first.cost), quality: first.quality }, ...hull, { cost: Math.max(to, last.cost), quality: last.quality }];
  if (to <= from) return qualityAt(line, from);
  let area = 0;
  for (let at = 1; at < line.length; at++) area += trapezium(line[at - 1] ?? first, line[at] ?? last, from, to);
  return area / (to - from);
}

/** True if b is on or below the line from a to c. */
function isBelow(a: QualityCost | undefined, b: QualityCost | undefined, c: QualityCost): boolean {
  if (a === undefined || b === undefined) return false;
  return (b.quality - a.quality) * (c.cost - a.cost) <= (c.quality - a.quality) * (b.cost - a.cost);
}

function trapezium(a: QualityCost, b: QualityCost, from: number, to: number): number {
  const [left, right] = [Math.max(a.cost, from), Math.min(b.cost, to)];
  if (right <= left) return 0;
  return ((between(a, b, left) + between(a, b, right)) / 2) * (right - left);
}

function qualityAt(line: readonly QualityCost[], cost: number): number {
  const at = line.findIndex((point) => point.cost >= cost);
  const [a, b] = [line[at - 1], line[at] ?? line.at(-1)];
  if (b === undefined) return 0;
  return a === undefined || b.cost === cost ? b.quality : between(a, b, cost);
}

/** The quality of the line from a to b at a cost. */
function between(a: QualityCost, b: QualityCost, cost: number): number {
  return a.quality + ((b.quality - a.quality) * (cost - a.cost)) / (b.cost - a.cost);
}
