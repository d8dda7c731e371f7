/**
 * Named groups of tools: a client gets the default ones, or those that it names by `?toolsets=`. `tokens` is what the
 * group may cost a client that lists it: a test counts.
 */
export const toolsets = {
  files: { byDefault: true, tokens: 1500 },
  code: { byDefault: true, tokens: 1900 },
  refactor: { byDefault: true, tokens: 1000 },
  jobs: { byDefault: true, tokens: 150 },
  tools: { byDefault: true, tokens: 350 },
  quality: { byDefault: false, tokens: 150 },
  cost: { byDefault: false, tokens: 1250 },
  support: { byDefault: false, tokens: 100 },
  memory: { byDefault: false, tokens: 700 },
  git: { byDefault: false, tokens: 1100 },
  docs: { byDefault: false, tokens: 400 },
  web: { byDefault: false, tokens: 700 },
  ai: { byDefault: false, tokens: 1050 },
} as const;

/** Of the flows that the user has exposed in Langflow: as many tools as those are. In the default list. */
export const flowToolset = "flows";

export type Toolset = keyof typeof toolsets | typeof flowToolset;

export const allToolsets: readonly string[] = [...Object.keys(toolsets), flowToolset];

export const defaultToolsets: readonly string[] = [
  ...Object.entries(toolsets).flatMap(([name, { byDefault }]) => (byDefault ? [name] : [])),
  flowToolset,
];

/** Other tools lead to these by what they answer, or these lead to all others: they are never left out of the default list. */
export const basicTools: ReadonlySet<string> = new Set([
  "get_job",
  "search_tools",
  "call_tool",
  "apply_edits",
  "undo_edits",
  "read_file",
]);

/** What `tools/list` may cost a client that lists the default toolsets, in tokens. */
export const defaultListBudget = 6_000;
