import { Uri, chat } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { registerFlowTools } from "./flowTools.ts";

/** As named in the manifest. */
const participantId = "langflowConnect.langflow";

interface Deps {
  readonly server: WindowServer;
  readonly extensionUri: Uri;
}

/** `@langflow` in VS Code's chat, and the same for every other participant as tools. */
export function activateChat({ server, extensionUri }: Deps): Feature {
  const participant = chat.createChatParticipant(participantId, async (request, context, stream, token) => {
    // Read with the first question, not at activation.
    const { answerChat } = await import("./chatParticipant.ts");
    return answerChat({ server, request, context, stream, token });
  });
  participant.iconPath = Uri.joinPath(extensionUri, "media", "icon.png");
  participant.followupProvider = {
    async provideFollowups(result) {
      const { followupsOf } = await import("./chatParticipant.ts");
      return followupsOf(result);
    },
  };
  return { disposables: [participant, ...registerFlowTools(server)], commands: {} };
}
