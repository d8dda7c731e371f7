// What the extension itself takes of VS Code's start, in five real windows one after the other.
import { median, ms } from "../lib/bench.ts";
import { realParts } from "../lib/realParts.ts";
import type { Bench, Row } from "../lib/bench.ts";

export async function measure({ folder }: Bench): Promise<Row[]> {
  const what = "activation of the extension, its own code";
  const { present, install } = realParts().vscode;
  if (!present) return [{ what, ours: `not measured: ${install}` }];
  const { openEditor } = await import("../../test/support/editor.ts");
  const all = [];
  for (let round = 0; round < 5; round++) {
    const editor = await openEditor({ workspace: folder });
    try {
      const took = await editor.inHost(async (vscode) => {
        const extension = vscode.extensions.getExtension<{ activationMs: number } | undefined>(
          "langflow-connect.langflow-connect",
        );
        return (await extension?.activate())?.activationMs;
      });
      all.push(Number(took));
    } finally {
      await editor.close();
    }
  }
  const took = median(all);
  return [{ what, ours: ms(took), limit: "< 50 ms", ok: took < 50 }];
}
