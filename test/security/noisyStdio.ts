// A stdio server whose tool prints, as a careless dependency would. Started by stdio.test.ts.
import { z } from "zod";
import { startMcpStdio } from "../../src/server/faces/mcp/stdio.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { defineTool } from "../../src/server/tools/runner/defineTool.ts";
import { createJobs } from "../../src/server/tools/runner/jobs.ts";
import { createRegistry } from "../../src/server/tools/runner/registry.ts";
import { noOffers } from "../support/noOffers.ts";
import { createToolRunner } from "../../src/server/tools/runner/runTool.ts";

const noisy = defineTool({
  name: "make_noise",
  title: "Make noise",
  toolset: "files",
  effect: "read",
  description: "Prints.",
  needs: [],
  input: z.strictObject({}),
  output: z.object({ done: z.boolean() }),
  handler() {
    console.log("noise by console.log");
    process.stdout.write("noise by stdout.write\n");
    return Promise.resolve({ done: true });
  },
});
const log = createLogger((line) => process.stderr.write(`${line}\n`));
const jobs = createJobs();
const runner = createToolRunner({
  registry: createRegistry({ sources: [{ tools: () => [noisy], onChange: () => undefined }], services: { jobs } }),
  services: { jobs },
  log,
  now: () => new Date(),
});
startMcpStdio({ ...noOffers, runner, version: "0.0.0", face: "stdio", log });
