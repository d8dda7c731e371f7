import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from "@modelcontextprotocol/server";
import type { Server } from "@modelcontextprotocol/server";
import { ToolError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/call.ts";
import type { Prompts } from "../../prompts/prompts.ts";
import type { Resources } from "../../resources/resources.ts";

/** What the protocol allows in one answer. */
const mostValues = 100;

/** Prompts, resources and the completion of their arguments. */
export function answerOffers(server: Server, { prompts, resources, caller }: Offers): void {
  server.setRequestHandler("prompts/list", () => ({
    prompts: prompts.list().map((prompt) => ({ ...prompt, arguments: [...prompt.arguments] })),
  }));
  server.setRequestHandler("prompts/get", ({ params }) =>
    asProtocolError(() => {
      const { description, messages } = prompts.get(params.name, params.arguments ?? {});
      return { description, messages: [...messages] };
    }),
  );
  server.setRequestHandler("resources/list", () => ({ resources: [...resources.list()] }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: [...resources.templates()] }));
  server.setRequestHandler("resources/read", ({ params: { uri } }, { mcpReq: { signal } }) =>
    asProtocolError(async () => ({ contents: [await resources.read(uri, { caller: caller(), signal })] }), uri),
  );
  server.setRequestHandler("completion/complete", ({ params: { ref, argument } }, { mcpReq: { signal } }) =>
    asProtocolError(async () => {
      const found =
        ref.type === "ref/prompt"
          ? await prompts.complete(ref.name, argument, signal)
          : await resources.complete(ref.uri, argument, signal);
      const values = found.slice(0, mostValues);
      return { completion: { values, total: found.length, hasMore: found.length > values.length } };
    }),
  );
}

interface Offers {
  readonly prompts: Prompts;
  readonly resources: Resources;
  caller(): Caller;
}

/** The revisions of the protocol that are served have no error of ours in these answers. */
async function asProtocolError<T>(work: () => T | Promise<T>, uri?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const message = `${error.message} ${error.remedy}`;
    if (uri !== undefined && error.code === "NOT_FOUND") throw new ResourceNotFoundError(uri, message);
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, message);
  }
}
