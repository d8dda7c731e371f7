/**
 * One function while it is measured. Cognitive complexity follows SonarSource's paper (G. Ann Campbell, "Cognitive
 * Complexity", version 1.7): what interrupts the flow costs 1, and 1 more for each level that it is nested in.
 */
export interface Unit {
  cyclomatic: number;
  /** Cognitive cost at the function's own level. */
  cost: number;
  /** How many of its increments grow with nesting: the cost of one level more around the function. */
  structural: number;
  depth: number;
  readonly nested: { readonly unit: Unit; readonly level: number }[];
}

export function newUnit(): Unit {
  return { cyclomatic: 1, cost: 0, structural: 0, depth: 0, nested: [] };
}

/** A structure that breaks the flow at this nesting level. */
export function addStructure(unit: Unit, level: number): void {
  unit.cost += 1 + level;
  unit.structural += 1;
}

/**
 * The cognitive complexity of a function with those nested in it. A function with no structure of its own, such as a
 * `describe` callback or a factory, only contains its inner functions: they count for themselves, not for it.
 */
export function cognitiveOf(unit: Unit, level = 0): number {
  const own = unit.cost + level * unit.structural;
  if (level === 0 && unit.structural === 0) return own;
  return unit.nested.reduce((sum, inner) => sum + cognitiveOf(inner.unit, level + inner.level + 1), own);
}
