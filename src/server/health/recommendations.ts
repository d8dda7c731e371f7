import type { HealthReport, Hint } from "../../protocol/health.ts";
import { localTime } from "../../protocol/format.ts";

const slowMs = 5_000;
const leastCalls = 5;
const busyLoopMs = 200;

type Facts = Pick<HealthReport, "modules" | "link" | "machine" | "calls" | "forecasts">;

/** What is slow or about to fail, why, and what to change. Alerts have their own remedies. */
export function recommend({ modules, link: { registration }, machine, calls, forecasts }: Facts): readonly Hint[] {
  const slow = calls.tools.filter((tool) => tool.calls >= leastCalls && tool.meanMs > slowMs);
  return [
    ...modules.flatMap(({ problem }) => problem ?? []),
    ...(registration && registration.state !== "verified"
      ? [
          {
            message: registration.problem ?? "Langflow does not see the tools of this workspace.",
            remedy:
              "Connect again, or set langflowConnect.endpoint.advertisedUrl to an address that reaches this machine from Langflow.",
          },
        ]
      : []),
    ...slow.map(({ tool, meanMs, calls: number }) => ({
      message: `${tool} takes ${(meanMs / 1000).toFixed(1)} s on average (${String(number)} calls of the last 10 minutes).`,
      remedy: "Name a smaller folder in its calls, or exclude generated files by files.exclude or .gitignore.",
    })),
    ...(machine && machine.eventLoopDelayMs > busyLoopMs
      ? [
          {
            message: `The main thread of this server answers late: ${machine.eventLoopDelayMs.toFixed(0)} ms.`,
            remedy: "Fewer calls at the same time make it quicker; so does a machine that is less busy.",
          },
        ]
      : []),
    ...forecasts.map(({ what, runsOutAt }) => ({
      message:
        what === "disk"
          ? `The disk with the data folder will be full at ${localTime(runsOutAt)}, if it goes on like this.`
          : `The memory will be used up at ${localTime(runsOutAt)}, if it goes on like this.`,
      remedy:
        what === "disk"
          ? "Remove what is not needed there, or set LFC_DATA to a folder on another disk."
          : "Look which program grows, and restart it before that.",
    })),
  ];
}
