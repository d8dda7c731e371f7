import { LanguageModelTextPart, LanguageModelToolResult, lm } from "vscode";
import type { CancellationToken, LanguageModelTool } from "vscode";
import { runFlow } from "../../server/runFlow.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { workOf } from "../../support/progress.ts";
import type { Disposable } from "../../support/store.ts";
import { newestFailedRun } from "./failedRun.ts";

interface FlowInput {
  readonly flow: string;
  readonly input?: string;
}

/** For every chat participant and agent of VS Code; named as in the manifest. */
export function registerFlowTools(server: WindowServer): Disposable[] {
  const find: LanguageModelTool<{ readonly task: string }> = {
    async invoke({ input: { task } }) {
      return resultOf(await server.operate("serverFlows.find", { task }));
    },
  };
  const run: LanguageModelTool<FlowInput> = {
    prepareInvocation({ input: { flow } }) {
      const confirmationMessages = { title: "Run flow", message: `Run the Langflow flow ${JSON.stringify(flow)}?` };
      return { invocationMessage: `Running the flow ${JSON.stringify(flow)}`, confirmationMessages };
    },
    async invoke({ input: { flow, input = "" } }, token: CancellationToken) {
      const work = workOf(token, () => undefined);
      const result = await runFlow(server, { flow, input }, work);
      return resultOf(result ?? { state: "not started", error: "The user does not want to pay for it." });
    },
  };
  const explain: LanguageModelTool<{ readonly flow?: string }> = {
    async invoke({ input: { flow } }) {
      return resultOf((await newestFailedRun(server, flow)) ?? { failed: "none" });
    },
  };
  return [
    lm.registerTool("langflow_find_flow", find),
    lm.registerTool("langflow_run_flow", run),
    lm.registerTool("langflow_failed_run", explain),
  ];
}

function resultOf(value: unknown): LanguageModelToolResult {
  return new LanguageModelToolResult([new LanguageModelTextPart(JSON.stringify(value))]);
}
