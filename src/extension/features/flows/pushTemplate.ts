import { Uri, env, window } from "vscode";
import { commandTitles } from "../../../protocol/commands.ts";
import type { TemplateFacts } from "../../../protocol/flows.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { runCommand } from "../../support/feature.ts";
import { withProgress } from "../../support/progress.ts";

/** The one that a first push offers. */
const first = "workspace-analysis";

export async function pushAnalysisFlow(server: WindowServer): Promise<void> {
  await push(server, { template: first, title: "the workspace analysis flow", set: [] });
}

export async function pushTemplate(server: WindowServer): Promise<void> {
  const items = server
    .operate("flows.templates", {})
    .then((templates) =>
      templates.map((template) => ({ label: template.title, detail: template.description, template })),
    );
  const chosen = await window.showQuickPick(items, { title: "Push which flow?", matchOnDetail: true });
  if (!chosen) return;
  const { name, title } = chosen.template;
  const set = await askForParameters(chosen.template);
  if (set) await push(server, { template: name, title, set });
}

/** Undefined when the user gave up. */
async function askForParameters({ title, parameters }: TemplateFacts): Promise<readonly string[] | undefined> {
  const set: string[] = [];
  for (const parameter of parameters) {
    const value = await window.showInputBox({
      title: `${title}: ${parameter.title}`,
      prompt: parameter.description,
      value: parameter.value,
      ignoreFocusOut: true,
    });
    if (value === undefined) return undefined;
    set.push(`${parameter.name}=${value}`);
  }
  return set;
}

interface Wanted {
  readonly template: string;
  readonly title: string;
  readonly set: readonly string[];
}

async function push(server: WindowServer, { template, title, set }: Wanted): Promise<void> {
  const pushing = (overwrite: boolean) =>
    withProgress(`Pushing ${title}`, (work) =>
      server.operate("flows.push", { template, overwrite, set: [...set] }, work),
    );
  const pushed = await pushing(false).catch(async (error: unknown) => {
    if (!(error instanceof UserError) || error.code !== "CONFLICT") throw error;
    const overwrite = "Overwrite";
    const choice = await window.showWarningMessage(
      "The flow was changed in Langflow since it was pushed.",
      { modal: true, detail: "Overwriting it loses those changes." },
      overwrite,
    );
    return choice === overwrite ? pushing(true) : undefined;
  });
  if (!pushed) return;
  const said = { created: "Pushed", updated: "Updated", unchanged: "Already up to date:" }[pushed.result];
  const [run, open] = [commandTitles.runFlow, commandTitles.openFlow];
  void window.showInformationMessage(`${said} ${pushed.name}.`, run, open).then(async (choice) => {
    if (choice === run) await runCommand("runFlow", pushed.id);
    if (choice === open) await env.openExternal(Uri.parse(pushed.url));
  });
}
