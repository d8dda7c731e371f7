/** Of findings, worst first: what server, command line and window agree on. */
export const severities = ["error", "warning", "information"] as const;

export type Severity = (typeof severities)[number];
