import { LanguageModelChatMessage, LanguageModelError, lm } from "vscode";
import type { CancellationToken, LogOutputChannel } from "vscode";
import type { EditorModelAnswer, EditorModelQuestion } from "../../protocol/editorModel.ts";

interface Asking {
  readonly token: CancellationToken;
  readonly log: LogOutputChannel;
}

const silenceMs = 120_000;
const justification = "The AI tools of Langflow Connect were asked about code of this workspace.";

/** Asks a language model of VS Code, for the server. VS Code asks its user the first time. */
export async function askModel(question: EditorModelQuestion, { token, log }: Asking): Promise<EditorModelAnswer> {
  const wanted = question.model;
  const all = await lm.selectChatModels(wanted === "" ? {} : { id: wanted });
  const [model] = all.length > 0 || wanted === "" ? all : await lm.selectChatModels({ family: wanted });
  if (!model) return { outcome: "none" };
  try {
    const messages = [LanguageModelChatMessage.User(`${question.system}\n\n${question.prompt}`)];
    const response = await model.sendRequest(messages, { justification }, token);
    return await collect(response.text[Symbol.asyncIterator](), { model: model.id, most: question.mostCharacters });
  } catch (error) {
    log.warn(`language model ${model.id}: ${String(error)}`);
    const isRefusal = error instanceof LanguageModelError && ["NoPermissions", "Blocked"].includes(error.code);
    return { outcome: isRefusal ? "refused" : "failed" };
  }
}

async function collect(
  pieces: AsyncIterator<string>,
  { model, most }: { readonly model: string; readonly most: number },
): Promise<EditorModelAnswer> {
  let text = "";
  for (;;) {
    const piece = await withinSilence(pieces.next());
    if (piece === "silent") return { outcome: "silent", seconds: silenceMs / 1000 };
    if (piece.done === true) return { outcome: "answered", text, model };
    text += piece.value;
    if (text.length > most) return { outcome: "tooMuch" };
  }
}

async function withinSilence<T>(next: Promise<T>): Promise<T | "silent"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"silent">((resolve) => {
    timer = setTimeout(() => resolve("silent"), silenceMs);
  });
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
}
