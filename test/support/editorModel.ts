import type { Editor } from "./editor.ts";

interface Said {
  modelSays?: string;
  modelHeard?: string;
  modelCancelled?: boolean;
}

/** A model as an extension adds one to VS Code: it says what the test wants, or nothing until it is cancelled. */
export async function addEditorModel({ inHost }: Pick<Editor, "inHost">): Promise<void> {
  await inHost(async (vscode) => {
    const model = {
      id: "pear-1",
      name: "Pear",
      family: "pear",
      version: "1",
      maxInputTokens: 100_000,
      maxOutputTokens: 10_000,
      isUserSelectable: true,
      capabilities: { toolCalling: true },
    };
    vscode.lm.registerLanguageModelChatProvider("editor-driver", {
      provideLanguageModelChatInformation: () => [model],
      provideTokenCount: () => Promise.resolve(1),
      async provideLanguageModelChatResponse(_model, messages, _options, progress, token) {
        const said = globalThis as Said;
        said.modelHeard = messages
          .flatMap(({ content }) => content.map((part) => String(Reflect.get(part as object, "value"))))
          .join("\n");
        const text = said.modelSays ?? "";
        if (text === "") {
          await new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
          said.modelCancelled = true;
          return;
        }
        for (let from = 0; from < text.length; from += 20)
          progress.report(new vscode.LanguageModelTextPart(text.slice(from, from + 20)));
      },
    });
    await vscode.lm.selectChatModels();
  });
}
