import { window } from "vscode";
import type { FlowTrigger } from "../../../protocol/serverFlows.ts";
import { chosenFlow, inLangflow } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";
import { kindWords } from "./flowTooltip.ts";

/** Lists what starts a flow without anybody; one of them can be enabled or disabled. */
export async function showFlowTriggers(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Show triggers of which flow?", inLangflow);
  if (!flow) return;
  const { triggers } = await deps.server.operate("serverFlows.triggers", { id: flow.id });
  if (!triggers) throw new Error("This version of Langflow has no triggers. Update Langflow to 1.13 or newer.");
  if (triggers.length === 0) {
    void window.showInformationMessage(`${flow.name} has no triggers. Add one on Langflow's canvas.`);
    return;
  }
  const items = triggers.map((trigger) => ({
    label: trigger.name,
    description: `${kindWords(trigger.kind)}, ${kindWords(trigger.state)}`,
    detail: detailOf(trigger),
    trigger,
  }));
  const trigger = (await window.showQuickPick(items, { title: `Triggers of ${flow.name}` }))?.trigger;
  if (!trigger) return;
  if (trigger.state === "dead") throw new Error(`${trigger.name} is dead. Add it again on Langflow's canvas.`);
  const isActive = trigger.state === "active";
  const action = isActive ? "Disable" : "Enable";
  if ((await window.showQuickPick([action], { title: `${trigger.name} of ${flow.name}` })) === undefined) return;
  const operation = isActive ? "serverFlows.disableTrigger" : "serverFlows.enableTrigger";
  const { name, state } = await deps.server.operate(operation, { id: trigger.id });
  await deps.list.refresh();
  void window.showInformationMessage(`${name} is ${kindWords(state)}.`);
}

function detailOf({ schedule, nextRun, lastRun, problem }: FlowTrigger): string {
  const at = (time: string) => new Date(time).toLocaleString();
  return [
    ...(schedule === undefined ? [] : [schedule]),
    ...(nextRun === undefined ? [] : [`next run ${at(nextRun)}`]),
    ...(lastRun === undefined ? [] : [`last run ${at(lastRun)}`]),
    ...(problem === undefined ? [] : [problem]),
  ].join(", ");
}
