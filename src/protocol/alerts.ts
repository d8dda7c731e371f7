import { z } from "zod";

export const AlertRuleName = z.enum([
  "langflowLatency",
  "langflowErrors",
  "cpu",
  "memory",
  "disk",
  "toolErrors",
  "budget",
  "anomaly",
]);
export type AlertRuleName = z.output<typeof AlertRuleName>;

/** Something that is not as it must be, from when it was noticed until it was well again. */
export const Alert = z
  .object({
    id: z.string(),
    rule: AlertRuleName,
    subject: z.string().exactOptional().describe("Which of several, such as the name of a budget, or `spending`"),
    severity: z.enum(["warning", "error"]),
    message: z.string(),
    remedy: z.string(),
    firedAt: z.string().describe("ISO time"),
    escalatedAt: z.string().exactOptional().describe("ISO time at which the warning became an error: it lasted"),
    resolvedAt: z.string().exactOptional().describe("ISO time; absent while it lasts"),
    silencedUntil: z.string().exactOptional().describe("ISO time; until then it is listed and neither shown nor sent"),
  })
  .readonly();
export type Alert = z.output<typeof Alert>;

/** The newest first: those that last, and the last ones that are over. */
export const AlertList = z.array(Alert).readonly();
export type AlertList = z.output<typeof AlertList>;
