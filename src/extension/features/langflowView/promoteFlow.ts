import { Uri, env, window } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import { needWords } from "../../../protocol/needKinds.ts";
import type { FlowNeed } from "../../../protocol/flowNeeds.ts";
import { serverAddress } from "../../../protocol/langflowAddress.ts";
import { UserError } from "../../server/userError.ts";
import { keyIn } from "../../support/keyIn.ts";
import { withProgress } from "../../support/progress.ts";
import { chosenFlow, inLangflow } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";

/** Brings a flow to another server, after saying what that one lacks and what goes along. */
export async function promoteFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Promote which flow?", inLangflow);
  const to = flow && (await chooseEnvironment(deps, flow));
  if (!flow || !to) return;
  const ask = (options: { dryRun: boolean; withoutMissing: boolean; reviewed?: string[] }) =>
    withProgress(`Promoting ${flow.name} to ${to.name}`, (work) =>
      deps.server.operate("flowMoves.promote", { flow: flow.id, to: to.name, ...to.login, ...options }, work),
    );
  const planned = await ask({ dryRun: true, withoutMissing: true });
  const isMissing = planned.needs.some(isLeft);
  const reviewed = planned.stops.flatMap((stop) => (stop.reviewed === undefined ? [] : [stop.reviewed]));
  const proceed = reviewed.length > 0 ? "Overwrite" : isMissing ? "Promote without these" : "Promote";
  const question = isMissing
    ? `${to.name} lacks what ${flow.name} needs. Promote it all the same?`
    : `Promote ${flow.name} to ${to.name}?`;
  const detail = [
    ...planned.stops.map(({ message }) => message),
    ...(reviewed.length > 0 ? [keptThere(to.name)] : []),
    ...planned.needs.filter(({ state }) => state !== "present").map(said),
    ...planned.notes,
  ].join("\n");
  const show = isMissing || reviewed.length > 0 ? window.showWarningMessage : window.showInformationMessage;
  if ((await show(question, { modal: true, detail }, proceed)) !== proceed) return;
  const promote = (seen: string[]) => ask({ dryRun: false, withoutMissing: isMissing, reviewed: seen });
  const done = await unlessChanged(to.name, promote, reviewed);
  const last = done?.flows.at(-1);
  if (!last) return;
  const open = "Open";
  const verb = last.result === "unchanged" ? "Already the same there:" : "Promoted";
  const message = [`${verb} ${flow.name}.`, ...last.notes].join(" ");
  void window.showInformationMessage(message, open).then(async (choice) => {
    if (choice === open) await env.openExternal(Uri.parse(last.url));
  });
}

/** Another server than the connected one, by the name that it has in the file of environments. */
async function chooseEnvironment({ server, list }: ViewDeps, { name }: FlowOfBoth) {
  const here = list.get()?.server;
  const others = (await server.operate("environments.list", {})).filter(({ url }) => serverAddress(url) !== here);
  if (others.length === 0) {
    throw new Error("No other Langflow has a name here. Add it to .lfx/environments.yaml, with its url.");
  }
  const items = others.map((environment) => ({
    label: environment.name,
    description: environment.url,
    ...(environment.keyVariable !== undefined && { detail: `key from ${environment.keyVariable}` }),
    environment,
  }));
  const chosen = (await window.showQuickPick(items, { title: `Promote ${name} to which server?` }))?.environment;
  const apiKey = chosen?.keyVariable === undefined ? undefined : keyIn(chosen.keyVariable);
  return chosen && { name: chosen.name, login: apiKey === undefined ? {} : { apiKey } };
}

const keptThere = (to: string) => `What ${to} has now becomes a version of the flow there.`;

/** Asks about each flow that would replace a change that was made there since the first question. */
async function unlessChanged<T>(
  to: string,
  promote: (reviewed: string[]) => Promise<T>,
  reviewed: readonly string[] = [],
): Promise<T | undefined> {
  try {
    return await promote([...reviewed]);
  } catch (error) {
    if (!(error instanceof UserError) || error.reviewed === undefined) throw error;
    const overwrite = "Overwrite";
    const detail = keptThere(to);
    const choice = await window.showWarningMessage(error.problem, { modal: true, detail }, overwrite);
    return choice === overwrite ? unlessChanged(to, promote, [...reviewed, error.reviewed]) : undefined;
  }
}

function isLeft({ state, carried }: FlowNeed): boolean {
  return state === "missing" && carried !== true;
}

function said(need: FlowNeed): string {
  const { kind, name, state, carried, note = "" } = need;
  const word = carried === true ? "Carried over" : state === "missing" ? "Missing" : "Different";
  return `${word}: ${needWords[kind]} ${name}${carried === true || note === "" ? "" : `. ${note}`}`;
}
