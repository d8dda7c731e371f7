/** One thing of the flow as each of the three has it. */
export interface Three<T> {
  /** What both came from. */
  readonly base: T;
  readonly mine: T;
  readonly theirs: T;
}

/**
 * What only a person can decide instead of a value of the merged flow: what each of the three has there. A property
 * has one item or, where it is absent, none; in a list it can be several.
 */
export class Conflict implements Three<readonly unknown[]> {
  readonly base: readonly unknown[];
  readonly mine: readonly unknown[];
  readonly theirs: readonly unknown[];

  constructor({ base, mine, theirs }: Three<readonly unknown[]>) {
    this.base = base;
    this.mine = mine;
    this.theirs = theirs;
  }

  /** Of single values; undefined is absent. */
  static between({ base, mine, theirs }: Three<unknown>): Conflict {
    const items = (value: unknown) => (value === undefined ? [] : [value]);
    return new Conflict({ base: items(base), mine: items(mine), theirs: items(theirs) });
  }
}
