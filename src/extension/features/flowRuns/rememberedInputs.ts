import type { Memento } from "vscode";
import { readTweaks } from "../../../protocol/flowRuns.ts";
import type { RunVariables } from "../../../protocol/flowRuns.ts";
import { isSecretField } from "../../../protocol/secretField.ts";
import type { ChosenFlow } from "../../server/chosenFlow.ts";

/** What a flow is run with; "" is nothing. */
export interface FlowInputs {
  readonly input: string;
  readonly session: string;
  /** JSON: values by component and field. */
  readonly tweaks: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Global variables; never remembered. */
  readonly variables: RunVariables;
}

const nothing: FlowInputs = { input: "", session: "", tweaks: "", files: [], variables: {} };

/** What the flow was run with last in this workspace. */
export function inputsOf(remembered: Pick<Memento, "get">, flow: ChosenFlow): FlowInputs {
  return { ...nothing, ...remembered.get<Partial<FlowInputs>>(keyOf(flow)) };
}

/** Without variables, and tweaks that set a key or a password: VS Code does not encrypt what it remembers. */
export async function remember(remembered: Pick<Memento, "update">, flow: ChosenFlow, to: FlowInputs): Promise<void> {
  const fields = Object.values(readTweaks(to.tweaks) ?? {}).flatMap((values) => Object.keys(values));
  const tweaks = fields.some(isSecretField) ? "" : to.tweaks;
  await remembered.update(keyOf(flow), { ...to, tweaks, variables: {} });
}

function keyOf({ flow }: ChosenFlow): string {
  return `flow.inputs:${flow}`;
}

export function paramsOf({ input, session, tweaks, files, variables }: FlowInputs): object {
  return {
    ...(input !== "" && { input }),
    ...(session !== "" && { session }),
    ...(tweaks !== "" && { tweaks }),
    ...(files.length > 0 && { file: files }),
    ...(Object.keys(variables).length > 0 && { variableValues: variables }),
  };
}
