import { Uri, window } from "vscode";
import { flowOfItem } from "../../support/flowNode.ts";
import { withProgress } from "../../support/progress.ts";
import { toolPath } from "../../support/toolPaths.ts";
import { chosenFlow, hasFile } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";

/** Opens what the flow of a file does as a page. It needs no Langflow, unless the flow is chosen from its list. */
export async function explainFlow(
  deps: ViewDeps,
  openReport: (title: string, markdown: string) => Promise<void>,
  item: unknown,
): Promise<void> {
  const path = pathOfItem(item) ?? (await chosenFlow(deps, undefined, "Explain which flow?", hasFile))?.path;
  if (path === undefined) return;
  const { name, markdown } = await withProgress("Explaining the flow", (work) =>
    deps.server.operate("flowFiles.explain", { file: path }, work),
  );
  await openReport(`${name} explained`, markdown);
}

/** The file of the view's item, the given file, or the JSON file in the editor. */
export function pathOfItem(item: unknown): string | undefined {
  const flow = flowOfItem(item);
  if (flow) return flow.path;
  const uri = typeof item === "string" ? Uri.parse(item) : window.activeTextEditor?.document.uri;
  return uri?.path.endsWith(".json") === true ? toolPath(uri) : undefined;
}
