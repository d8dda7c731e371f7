import type { Memento } from "vscode";
import { readTweaks } from "../../../protocol/flowRuns.ts";
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
}

const nothing: FlowInputs = { input: "", session: "", tweaks: "", files: [] };

/** What the flow was run with last in this workspace. */
export function inputsOf(remembered: Pick<Memento, "get">, flow: ChosenFlow): FlowInputs {
  return { ...nothing, ...remembered.get<Partial<FlowInputs>>(keyOf(flow)) };
}

/** Tweaks that set a key or a password are not kept: VS Code does not encrypt what it remembers. */
export async function remember(remembered: Pick<Memento, "update">, flow: ChosenFlow, to: FlowInputs): Promise<void> {
  const fields = Object.values(readTweaks(to.tweaks) ?? {}).flatMap((values) => Object.keys(values));
  await remembered.update(keyOf(flow), fields.some(isSecretField) ? { ...to, tweaks: "" } : to);
}

function keyOf({ flow }: ChosenFlow): string {
  return `flow.inputs:${flow}`;
}

export function paramsOf({ input, session, tweaks, files }: FlowInputs): object {
  return {
    ...(input !== "" && { input }),
    ...(session !== "" && { session }),
    ...(tweaks !== "" && { tweaks }),
    ...(files.length > 0 && { file: files }),
  };
}
