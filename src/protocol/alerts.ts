import { z } from "zod";

/** Something that is not as it must be, from when it was noticed until it was well again. */
export const Alert = z
  .object({
    id: z.string(),
    rule: z.enum(["langflowLatency", "langflowErrors"]),
    severity: z.enum(["warning", "error"]),
    message: z.string(),
    remedy: z.string(),
    firedAt: z.string().describe("ISO time"),
    resolvedAt: z.string().exactOptional().describe("ISO time; absent while it lasts"),
  })
  .readonly();
export type Alert = z.output<typeof Alert>;

/** The newest first: those that last, and the last ones that are over. */
export const AlertList = z.array(Alert).readonly();
export type AlertList = z.output<typeof AlertList>;
