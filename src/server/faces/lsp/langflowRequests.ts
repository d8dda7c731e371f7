import { serverRequests } from "../../../protocol/requests.ts";
import { ToolError } from "../../platform/errors.ts";
import type { LangflowLink } from "../../langflow/types.ts";
import type { Answers, Send } from "./channel.ts";
import { outcome } from "./channel.ts";

/** The link's operations for the editor's commands. */
export function answerLangflow(answer: Answers, send: Send, link: () => LangflowLink): void {
  answer(serverRequests.connect, (params, signal) => outcome(() => link().connect({ ...params, signal })));
  answer(serverRequests.disconnect, () => outcome(() => link().disconnect()));
  const connected = () => {
    if (link().status().state === "off") throw notConnected();
    return link();
  };
  answer(serverRequests.flows, (_, signal) => outcome(async () => connected().flows(signal)));
  answer(serverRequests.push, ({ template, overwrite }, signal) =>
    outcome(async () => connected().push(template, { overwrite, signal })),
  );
  answer(serverRequests.run, ({ flow, progressToken }, signal) =>
    outcome(async () =>
      connected().run(flow, {
        signal,
        progress: (message) => {
          if (progressToken !== undefined) send("progress", { token: progressToken, message });
        },
      }),
    ),
  );
}

function notConnected(): ToolError {
  return new ToolError("NOT_READY", "Langflow is not connected.", 'Run "Langflow Connect: Connect to Langflow" first.');
}
