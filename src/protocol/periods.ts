/** How far back the panel adds up, with what it calls that. */
export const costPeriods = { day: "Last 24 hours", week: "Last 7 days", month: "Last 30 days" } as const;
export type CostPeriod = keyof typeof costPeriods;
