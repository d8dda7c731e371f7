import { ToolError } from "../platform/errors.ts";
import { mostCharacters, tooMuch } from "./models.ts";
import type { Model, ModelSettings } from "./models.ts";

/** Runs a flow of the connected Langflow and gives its output. */
export type RunFlow = (
  request: { readonly flow: string; readonly input: string },
  signal: AbortSignal,
) => Promise<{ readonly output: string; readonly name: string }>;

/** A flow of Langflow as a model: it gets the whole request as its input, and its output is the answer. */
export function createFlowModel({ flow }: ModelSettings, run: RunFlow): Model {
  if (flow === "") {
    throw new ToolError(
      "NOT_READY",
      "The flow that answers for the AI tools is not set.",
      "Set langflowConnect.ai.flow, or LFC_AI_FLOW, to the id or name of a flow.",
    );
  }
  return {
    async ask({ system, prompt, signal, onText }) {
      const { output, name } = await run({ flow, input: `${system}\n\n${prompt}` }, signal);
      if (output.length > mostCharacters) throw tooMuch();
      onText(output.length);
      return { text: output, model: `flow ${name}`, isWhole: true };
    },
  };
}
