/** Named groups of tools: a client gets the default ones, or those that it names by `?toolsets=`. */
export const toolsets = {
  files: { byDefault: true },
  code: { byDefault: true },
  refactor: { byDefault: true },
  jobs: { byDefault: true },
  quality: { byDefault: false },
  cost: { byDefault: false },
  support: { byDefault: false },
  memory: { byDefault: false },
  git: { byDefault: false },
  docs: { byDefault: false },
  web: { byDefault: false },
} as const;

export type Toolset = keyof typeof toolsets;

export const defaultToolsets: readonly string[] = Object.entries(toolsets).flatMap(([name, { byDefault }]) =>
  byDefault ? [name] : [],
);

/** Other tools lead to these by what they answer, so they are never left out of the default list. */
export const basicTools: ReadonlySet<string> = new Set(["get_job", "apply_edits", "undo_edits", "read_file"]);

/** What `tools/list` may cost a client that lists the default toolsets, in tokens. */
export const defaultListBudget = 6_000;
