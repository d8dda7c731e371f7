import { CancellationError, Uri, ViewColumn, window } from "vscode";
import type { WebviewPanel } from "vscode";
import { PlaygroundRequest } from "../../../protocol/panel.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { chosenFlow } from "../../server/chosenFlow.ts";
import type { ChosenFlow } from "../../server/chosenFlow.ts";
import { runFlow } from "../../server/runFlow.ts";
import type { Disposable } from "../../support/store.ts";
import { mediaOf, pageOf } from "../../support/webPage.ts";
import { answered, asked, liveRun, newConversation, playgroundRun, shownState } from "./conversation.ts";

// Read when the first playground is opened, not at activation.

export interface Playgrounds extends Disposable {
  /** Of the chosen flow; one that is open already is shown. */
  open(item: unknown): Promise<void>;
}

interface Deps {
  readonly server: WindowServer;
  readonly extensionUri: Uri;
}

export function createPlaygrounds(deps: Deps): Playgrounds {
  const open = new Map<string, WebviewPanel>();
  return {
    async open(item) {
      const chosen = await chosenFlow(deps.server, item, "Open the playground of which flow?");
      if (!chosen) return;
      const known = open.get(chosen.flow);
      if (known) {
        known.reveal();
        return;
      }
      const panel = showPlayground(chosen, deps);
      open.set(chosen.flow, panel);
      panel.onDidDispose(() => open.delete(chosen.flow));
    },
    dispose() {
      for (const panel of open.values()) panel.dispose();
    },
  };
}

function showPlayground({ name, flow }: ChosenFlow, { server, extensionUri }: Deps): WebviewPanel {
  const title = `Playground: ${name}`;
  const panel = window.createWebviewPanel("langflowConnect.playground", title, ViewColumn.Beside, {
    enableScripts: true,
    localResourceRoots: [mediaOf(extensionUri)],
    retainContextWhenHidden: true,
  });
  panel.iconPath = Uri.joinPath(mediaOf(extensionUri), "icon.png");
  const runs = server.topic("runs");
  let conversation = newConversation(name);
  let running: AbortController | undefined;

  const send = () => void panel.webview.postMessage(shownState(conversation, runs.get()));
  const set = (next: typeof conversation) => {
    conversation = next;
    send();
  };

  async function ask(text: string): Promise<void> {
    if (running) return;
    const controller = new AbortController();
    running = controller;
    const { session } = conversation;
    set(asked(conversation, text));
    const outcome = await run({ flow, text, session, signal: controller.signal });
    running = undefined;
    // Another session was begun meanwhile.
    if (conversation.session === session) set(answered(conversation, outcome));
  }

  async function answer(action: string): Promise<void> {
    const waiting = liveRun(runs.get(), conversation.session);
    if (!waiting) return;
    await server.operate("flowRuns.answer", { run: waiting.run, action }).catch((error: unknown) => {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    });
  }

  interface Question {
    readonly flow: string;
    readonly text: string;
    readonly session: string;
    readonly signal: AbortSignal;
  }

  async function run({ signal, flow: asked, text, session }: Question): Promise<Parameters<typeof answered>[1]> {
    try {
      const params = { flow: asked, input: text, session, ask: true };
      const result = await runFlow(server, params, { signal, report: () => undefined });
      if (!result) return { output: null, problem: "The run was not started." };
      const { output, error } = result;
      return { output, run: playgroundRun(result), ...(error !== null && { problem: error }) };
    } catch (error) {
      if (signal.aborted || error instanceof CancellationError)
        return { output: null, problem: "You stopped the run." };
      return { output: null, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  const followed = [
    runs.onChange(() => {
      if (conversation.isRunning) send();
    }),
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const { data: request } = PlaygroundRequest.safeParse(message);
      switch (request?.type) {
        case "ready":
          return send();
        case "ask":
          return void ask(request.text);
        case "answer":
          return void answer(request.action);
        case "stop":
          return running?.abort();
        case "newSession":
          running?.abort();
          return set(newConversation(name));
        case undefined:
      }
    }),
  ];
  panel.onDidDispose(() => {
    running?.abort();
    for (const each of followed) each.dispose();
  });
  const { webview } = panel;
  webview.html = pageOf({ webview, extensionUri, bundle: "playground", name: "playground" });
  return panel;
}
