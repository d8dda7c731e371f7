import { randomUUID } from "node:crypto";
import { ToolError } from "../platform/errors.ts";
import type { ModelCallRecord } from "../platform/call.ts";

/** Who writes for the AI tools; "off" is nobody. */
export type ModelProvider = "off" | "editor" | "openai" | "flow";

/** Only the user decides it, never a file of the workspace. */
export interface ModelSettings {
  readonly provider: ModelProvider;
  /** Of an OpenAI-compatible API. */
  readonly url: string;
  /** Name of the model there; in the editor its id or family, "" for the first one. */
  readonly model: string;
  /** Id or name of a flow of Langflow. */
  readonly flow: string;
}

export interface ModelRequest {
  /** What the answer must be like. */
  readonly system: string;
  /** The task with its material. */
  readonly prompt: string;
  readonly signal: AbortSignal;
  /** Characters of the answer that are here. */
  onText(characters: number): void;
}

export interface ModelReply {
  readonly text: string;
  /** The model that wrote it, as its provider names it. */
  readonly model: string;
  /** False when it stopped before its end, by a limit of its provider. */
  readonly isWhole: boolean;
  /** As the provider reports them; absent where it does not. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** A model of one provider. Fails with a ToolError for a model that cannot be reached or never answers. */
export interface Model {
  ask(request: ModelRequest): Promise<ModelReply>;
}

/** The model that the user set. */
export interface Models {
  /** Fails with NOT_READY and the setting where none is set, and with BUDGET_EXCEEDED before a hard budget is passed. */
  ask(request: ModelRequest): Promise<ModelReply>;
}

export interface ModelsDeps {
  /** Read for each request. */
  settings(): ModelSettings;
  /** Undefined where this server has none: there is an editor only in a window of VS Code. */
  readonly providers: Readonly<Record<Exclude<ModelProvider, "off">, ((settings: ModelSettings) => Model) | undefined>>;
  /** Ends when the call may start; fails when a hard budget stops it. `release` once its row is recorded. */
  admit(model: string, signal: AbortSignal): Promise<{ release(): void }>;
  record(call: ModelCallRecord): Promise<void>;
  now(): Date;
}

/** No answer is longer: what the tools ask for is a file at most. */
export const mostCharacters = 400_000;

export function createModels({ settings, providers, admit, record, now }: ModelsDeps): Models {
  return {
    async ask(request) {
      const chosen = settings();
      if (chosen.provider === "off") throw notSet();
      const open = providers[chosen.provider];
      if (!open) {
        throw new ToolError(
          "NOT_READY",
          "The models of VS Code are there only for the server of a VS Code window.",
          "Set LFC_AI_PROVIDER to openai or flow for this server.",
        );
      }
      const model = open(chosen);
      // A run of a flow has a row and a budget of its own.
      if (chosen.provider === "flow") return checked(await model.ask(request));
      const slot = await admit(chosen.model, request.signal);
      try {
        const startedAt = now();
        let hasBegun = false;
        const onText = (characters: number) => {
          hasBegun = true;
          request.onText(characters);
        };
        const reply = await model.ask({ ...request, onText }).catch(async (error: unknown) => {
          // What broke off may have been counted by the provider, and nobody knows how much.
          if (hasBegun) await record({ id: randomUUID(), model: chosen.model, startedAt });
          throw error;
        });
        const { inputTokens, outputTokens } = reply;
        const tokens = inputTokens === undefined ? {} : { inputTokens, outputTokens: outputTokens ?? 0 };
        await record({ id: randomUUID(), model: reply.model, startedAt, ...tokens });
        return checked(reply);
      } finally {
        slot.release();
      }
    },
  };
}

function checked(reply: ModelReply): ModelReply {
  if (reply.text.trim() !== "") return reply;
  throw new ToolError(
    "NOT_READY",
    `The model ${reply.model} answered nothing.`,
    "Try again, or set another model: langflowConnect.ai.model.",
  );
}

function notSet(): ToolError {
  return new ToolError(
    "NOT_READY",
    "No model is set up for the AI tools.",
    "Ask the user to set langflowConnect.ai.provider in VS Code (the models of VS Code, an OpenAI-compatible API, or a flow of Langflow), or LFC_AI_PROVIDER for a server without an editor.",
  );
}

export function tooMuch(): ToolError {
  return new ToolError(
    "TOO_LARGE",
    `The model wrote more than ${mostCharacters.toLocaleString("en-US")} characters and was stopped.`,
    "Ask for less: one symbol, or one file.",
  );
}
