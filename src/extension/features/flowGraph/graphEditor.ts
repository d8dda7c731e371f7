import { window, workspace } from "vscode";
import type { TextDocument, TextEditor, Uri, WebviewPanel } from "vscode";
import type { GraphMessage, GraphOfText } from "../../../protocol/flowGraph.ts";
import type { LiveRun } from "../../../protocol/flowRuns.ts";
import type { Source } from "../../server/topicValues.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { saveAs } from "../../support/saveAs.ts";
import { mediaOf, pageOf } from "../../support/webPage.ts";
import { compareGraphs } from "./compareGraphs.ts";
import type { OtherState } from "./compareGraphs.ts";
import { newestRun } from "./newestRun.ts";
import { nodeRanges } from "./nodeRanges.ts";
import type { NodeRange } from "./nodeRanges.ts";
import { chooseOtherState } from "./otherState.ts";
import { readGraph } from "./readGraph.ts";
import { selectInText } from "./selectInText.ts";

// Read when the first graph is opened, not at activation.

interface GraphEditor {
  readonly document: TextDocument;
  readonly panel: WebviewPanel;
  readonly extensionUri: Uri;
  readonly server: Pick<WindowServer, "operate">;
  readonly runs: Source<readonly LiveRun[] | undefined>;
}

/** While somebody types, the graph is drawn once they pause. */
const pauseMs = 150;

/** Sends the page what it draws: the flow of the text, its newest run, and where the cursor of the text is. */
export function showGraph({ document, panel, extensionUri, server, runs }: GraphEditor): void {
  const { webview } = panel;
  const ranges = rangesOf(document);
  let shown: GraphOfText = { state: "failed", problem: "" };
  let ready = false;
  /** Id of the last text that was a flow. */
  let flow = "";
  let other: OtherState | undefined;
  let pause: NodeJS.Timeout | undefined;

  const send = (message: GraphMessage) => {
    if (ready) void webview.postMessage(message);
  };
  const sendRun = () => {
    if (shown.state === "ready") send({ type: "run", value: newestRun(runs.get(), shown.graph) });
  };
  const sendGraph = () => {
    shown = readGraph(document.getText());
    if (shown.state === "ready") flow = shown.graph.flow;
    send({ type: "graph", value: shown });
    sendComparison();
    sendRun();
  };
  /** While the text is no flow, the page shows the last comparison with the last graph. */
  const sendComparison = () => {
    const value = other && compareGraphs(document.getText(), other);
    if (value || !other) send({ type: "comparison", value });
  };
  async function compare(): Promise<void> {
    try {
      other = (await chooseOtherState({ uri: document.uri, flow, server })) ?? other;
      sendComparison();
    } catch (error) {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }
  const sendCurrent = (editor: TextEditor | undefined) => {
    // After a change the text is read when the graph is.
    if (editor?.document !== document || pause !== undefined) return;
    const at = document.offsetAt(editor.selection.active);
    send({ type: "current", value: ranges().find(({ start, end }) => start <= at && at <= end)?.id });
  };
  const sendAll = () => {
    pause = undefined;
    sendGraph();
    sendCurrent(window.visibleTextEditors.find((editor) => editor.document === document));
  };

  webview.options = { enableScripts: true, localResourceRoots: [mediaOf(extensionUri)] };
  const followed = [
    runs.onChange(sendRun),
    workspace.onDidChangeTextDocument((change) => {
      if (change.document !== document || change.contentChanges.length === 0) return;
      clearTimeout(pause);
      pause = setTimeout(sendAll, pauseMs);
    }),
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      sendCurrent(textEditor);
    }),
    webview.onDidReceiveMessage(async (message: unknown) => {
      const { GraphRequest } = await import("../../../protocol/panel.ts");
      const { success, data } = GraphRequest.safeParse(message);
      if (!success) return;
      switch (data.type) {
        case "ready":
          ready = true;
          return sendAll();
        case "compare":
          return compare();
        case "stopComparing":
          other = undefined;
          return sendComparison();
        case "save":
          return savePicture(shown, data);
        case "select":
      }
      const range = ranges().find(({ id }) => id === data.id);
      if (range) await selectInText({ document, range, focus: data.focus, beside: panel.viewColumn });
    }),
  ];
  panel.onDidDispose(() => {
    clearTimeout(pause);
    // What is still being read has nobody to be sent to.
    ready = false;
    for (const each of followed) each.dispose();
  });
  webview.html = pageOf({ webview, extensionUri, bundle: "flowGraph", name: "graph" });
}

interface PictureFile {
  readonly format: "svg" | "png";
  readonly content: string;
}

function savePicture(shown: GraphOfText, { format, content }: PictureFile): Promise<void> {
  return saveAs({
    name: `${shown.state === "ready" ? shown.graph.name : "flow"}.${format}`,
    kind: format === "png" ? { "PNG picture": ["png"] } : { "SVG picture": ["svg"] },
    content: () => Promise.resolve(format === "png" ? Buffer.from(content, "base64") : content),
  });
}

/** Read once for each text. Of two nodes with one id the last, as the graph has it. */
function rangesOf(document: TextDocument): () => readonly NodeRange[] {
  let known: { readonly version: number; readonly ranges: readonly NodeRange[] } | undefined;
  return () => {
    const { version } = document;
    if (known?.version !== version) known = { version, ranges: nodeRanges(document.getText()).toReversed() };
    return known.ranges;
  };
}
