import { z } from "zod";
import { AlertList } from "./alerts.ts";
import { LinkStatus } from "./status.ts";

/** Bytes used of a whole. */
const Use = z.object({ used: z.number(), total: z.number() }).readonly();
export type Use = z.output<typeof Use>;

/** What was measured at one moment. A figure is absent where it cannot be known. */
export const MachineSample = z
  .object({
    at: z.string().describe("ISO time"),
    cpu: z.number().exactOptional().describe("Busy share of all processors since the sample before, 0 to 1"),
    memory: Use.exactOptional().describe("Bytes of the machine, or of the container where it has a limit"),
    processMemory: z.number().describe("Resident bytes of this server"),
    disk: Use.exactOptional().describe("Bytes of the file system with the data folder"),
    eventLoopDelayMs: z.number().describe("99th percentile since the sample before"),
    calls: z.int().describe("Tool calls that ended since the sample before"),
    failedCalls: z.int().describe("Those that failed by a fault of this server"),
    callMs: z.number().describe("Milliseconds of all of them"),
    langflowMs: z.number().exactOptional().describe("Langflow's last answer; absent without a link"),
  })
  .readonly();
export type MachineSample = z.output<typeof MachineSample>;

/** What the panel draws: the last hour as it was measured, or the last day as means of five minutes. */
export const HealthRange = z.enum(["hour", "day"]);
export type HealthRange = z.output<typeof HealthRange>;

const Hint = z.object({ message: z.string(), remedy: z.string() }).readonly();
export type Hint = z.output<typeof Hint>;

/** What an alert is after a change of it. */
export const AlertState = z.enum(["fired", "escalated", "resolved"]);
export type AlertState = z.output<typeof AlertState>;

const ChannelStatus = z
  .object({
    channel: z.enum(["webhook", "mail"]),
    target: z.string().describe("Host, without path, user or secret"),
    waiting: z.int().describe("Messages that are not delivered yet"),
    givenUp: z.int().describe("Messages that were refused, or too many to keep"),
    last: z
      .object({
        alert: z.string().describe("Id"),
        rule: z.string(),
        state: AlertState,
        outcome: z.enum(["delivered", "retrying", "refused"]),
        at: z.string().describe("ISO time of the last attempt"),
        attempts: z.int(),
        problem: z.string().exactOptional(),
      })
      .readonly()
      .exactOptional(),
  })
  .readonly();
export type ChannelStatus = z.output<typeof ChannelStatus>;

const ModuleState = z
  .object({
    name: z.enum(["tools", "ledger", "langflow", "alerts"]),
    state: z.enum(["ok", "off", "failing"]),
    problem: Hint.exactOptional(),
  })
  .readonly();
export type ModuleState = z.output<typeof ModuleState>;

const MemoryUse = z
  .object({
    limit: z.number().describe("Resident bytes above which what is idle is dropped"),
    releases: z.int().describe("How often that was done since the start"),
    last: z
      .object({ at: z.string().describe("ISO time"), before: z.number(), after: z.number() })
      .readonly()
      .exactOptional()
      .describe("Resident bytes around the last time"),
  })
  .readonly();
export type MemoryUse = z.output<typeof MemoryUse>;

/** How a server and its machine are. */
export const HealthReport = z
  .object({
    status: z.enum(["ok", "warning", "error"]).describe("The worst of modules and of alerts that are not silenced"),
    version: z.string().describe("Of Langflow Connect"),
    startedAt: z.string().describe("ISO time"),
    uptimeSeconds: z.int().describe("Since then"),
    modules: z.array(ModuleState).readonly().describe("`off` is not in use; `failing` has the problem and what to do"),
    link: LinkStatus.describe("The link to Langflow"),
    machine: MachineSample.exactOptional().describe("Absent before the first sample"),
    memory: MemoryUse.describe("What this server gives back of its memory"),
    calls: z
      .object({
        windowSeconds: z.int(),
        calls: z.int(),
        failed: z.int(),
        tools: z
          .array(
            z
              .object({
                tool: z.string(),
                calls: z.int(),
                failed: z.int(),
                meanMs: z.number(),
                slowestMs: z.number(),
              })
              .readonly(),
          )
          .readonly()
          .describe("The most called first"),
      })
      .readonly()
      .describe("Tool calls of the last minutes; `failed` by a fault of this server"),
    alerts: AlertList.describe("Those that last"),
    deliveries: z
      .array(ChannelStatus)
      .readonly()
      .describe("What was sent of alerts, and what waits; none where no channel is set"),
    forecasts: z
      .array(
        z
          .object({
            what: z.enum(["disk", "memory"]),
            runsOutAt: z.string().describe("ISO time, if it goes on as over the time that was measured"),
            measuredSeconds: z.int(),
          })
          .readonly(),
      )
      .readonly()
      .describe("What runs out; none while nothing grows steadily"),
    recommendations: z.array(Hint).readonly().describe("What is slow or about to fail, why, and what to change"),
  })
  .readonly();
export type HealthReport = z.output<typeof HealthReport>;
