/** Named groups of tools: a client gets the default ones, or those that it names by `?toolsets=`. */
export const toolsets = {
  files: { byDefault: true },
  code: { byDefault: true },
  refactor: { byDefault: true },
  jobs: { byDefault: true },
  quality: { byDefault: false },
  cost: { byDefault: false },
  support: { byDefault: false },
} as const;

export type Toolset = keyof typeof toolsets;

export const defaultToolsets: readonly string[] = Object.entries(toolsets).flatMap(([name, { byDefault }]) =>
  byDefault ? [name] : [],
);

/** What `tools/list` may cost a client that lists the default toolsets, in tokens. */
export const defaultListBudget = 6_000;
