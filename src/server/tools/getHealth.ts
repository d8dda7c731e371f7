import { z } from "zod";
import { HealthReport } from "../../protocol/health.ts";
import { defineTool, lines } from "./runner/defineTool.ts";

export const getHealth = defineTool({
  name: "get_health",
  title: "Get health",
  toolset: "support",
  effect: "read",
  description: lines(
    "Reports how this server, its machine and its link to Langflow are.",
    "Use when calls are slow or fail.",
    "Returns status, modules, the last sample of the machine, alerts in force and recommendations with what to change.",
  ),
  otherWords: "status alive uptime slow performance diagnose problem connection doctor reachable running up working",
  needs: ["health"],
  input: z.strictObject({}),
  output: HealthReport.unwrap(),
  handler: (_, { health }) => health.report(),
});
