import { bytes, count, duration, percent } from "../protocol/format.ts";
import type { MachineSample, Use } from "../protocol/health.ts";

/** What can be drawn of the samples. */
export interface HealthFigure {
  readonly title: string;
  of(sample: MachineSample): number | undefined;
  words(value: number): string;
  /** Of the values as they are, in an exported file. */
  readonly unit: string;
  /** The end of the axis. */
  readonly max?: number;
}

const share = { words: percent, unit: "0 to 1", max: 1 };
const time = { words: duration, unit: "ms" };
const shareOf = (use: Use | undefined) => use && use.used / use.total;

export const healthFigures = {
  langflow: { title: "Langflow's answers", of: ({ langflowMs }) => langflowMs, ...time },
  calls: { title: "Tool calls", of: ({ calls }) => calls, words: count, unit: "calls" },
  callTime: {
    title: "Average time of a tool call",
    of: ({ calls, callMs }) => (calls === 0 ? undefined : callMs / calls),
    ...time,
  },
  errors: {
    title: "Failed tool calls",
    of: ({ calls, failedCalls }) => (calls === 0 ? undefined : failedCalls / calls),
    ...share,
  },
  cpu: { title: "Processors", of: ({ cpu }) => cpu, ...share },
  memory: { title: "Memory of the machine", of: ({ memory }) => shareOf(memory), ...share },
  processMemory: {
    title: "Memory of the server",
    of: ({ processMemory }) => processMemory,
    words: bytes,
    unit: "bytes",
  },
  eventLoop: { title: "Delay of the server", of: ({ eventLoopDelayMs }) => eventLoopDelayMs, ...time },
  disk: { title: "Disk", of: ({ disk }) => shareOf(disk), ...share },
} as const satisfies Readonly<Record<string, HealthFigure>>;
export type HealthFigureName = keyof typeof healthFigures;
