import type { EditorModelAnswer, EditorModelQuestion } from "../../protocol/editorModel.ts";
import { ToolError } from "../platform/errors.ts";
import { mostCharacters, tooMuch } from "./models.ts";
import type { Model, ModelSettings } from "./models.ts";

/** Asks the window. */
export type AskEditorModel = (question: EditorModelQuestion, signal: AbortSignal) => Promise<EditorModelAnswer>;

/** A model of VS Code, such as those of its chat. VS Code asks its user once whether the extension may use it. */
export function createEditorModel({ model }: ModelSettings, ask: AskEditorModel): Model {
  return {
    async ask({ system, prompt, signal, onText }) {
      const answer = await ask({ system, prompt, model, mostCharacters }, signal);
      switch (answer.outcome) {
        case "answered":
          onText(answer.text.length);
          return { text: answer.text, model: answer.model, isWhole: true };
        case "tooMuch":
          throw tooMuch();
        case "silent":
          throw new ToolError(
            "NOT_READY",
            `The model of VS Code sent nothing for ${String(answer.seconds)} s.`,
            "Try again, or choose another model: langflowConnect.ai.model.",
          );
        default:
          throw new ToolError("NOT_READY", reasons[answer.outcome], remedies[answer.outcome]);
      }
    },
  };
}

const reasons = {
  none: "VS Code has no such language model.",
  refused: "VS Code does not let the extension use the language model.",
  failed: "The language model of VS Code failed.",
} as const;

const remedies = {
  none: "Sign in to a chat provider in VS Code, or set langflowConnect.ai.model to a model that is there.",
  refused: "Allow it: Accounts menu, Manage language model access. A used-up quota is named in the log.",
  failed: "Try again, or set another model: langflowConnect.ai.model. The reason is in the log of the window.",
} as const;
