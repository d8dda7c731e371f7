import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const getJob = defineTool({
  name: "get_job",
  title: "Get job",
  toolset: "jobs",
  effect: "read",
  description: lines(
    "Waits for, or cancels, a call that answered with a jobId.",
    "Returns state (running, done, cancelled), progress and, when done, result.",
  ),
  otherWords: "progress status poll background result long cancel stop",
  needs: ["jobs"],
  input: z.strictObject({
    jobId: z.string().max(64),
    wait: Param.wait.optional(),
    cancel: z.boolean().optional().describe("true ends the job"),
  }),
  output: z.looseObject({
    state: z.enum(["running", "done", "cancelled"]).describe("With done, `result` is the tool's answer"),
  }),
  example: { jobId: "(jobId of a long call)", wait: 60 },
  async handler({ jobId, wait = 30, cancel = false }, { jobs, signal }) {
    if (cancel) return { ...jobs.cancel(jobId) };
    return { ...(await jobs.get(jobId, wait * 1000, signal)) };
  },
});
