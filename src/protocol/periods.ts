/** How far back the panel adds up, with what it calls that. */
export const costPeriods = {
  day: "Last 24 hours",
  week: "Last 7 days",
  month: "Last 30 days",
  quarter: "Last 90 days",
} as const;
export type CostPeriod = keyof typeof costPeriods;

/** What the panel's chart can be split by. */
export const costSplits = ["model", "flow", "component", "tool", "client", "file", "folder", "branch"] as const;
export type CostSplit = (typeof costSplits)[number];
