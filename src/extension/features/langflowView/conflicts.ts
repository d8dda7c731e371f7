import { window } from "vscode";
import type { Uri } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { runCommand } from "../../support/feature.ts";
import { FlowNode } from "../../support/flowNode.ts";
import { locationOf } from "../../support/toolPaths.ts";
import { settlePython } from "./flowPython.ts";
import type { ReadableTexts } from "./readableTexts.ts";
import type { ServerTexts } from "./serverTexts.ts";

/** The state that the user saw in a dialog, and allowed to be replaced. */
export interface Reviewed {
  readonly reviewed?: string;
}

/** What a comparison is made with. */
export interface Comparing {
  readonly server: WindowServer;
  readonly texts: ServerTexts;
  readonly readable: ReadableTexts;
}

interface Question extends Comparing {
  readonly flow: FlowOfBoth;
  /** What becomes of the change that is replaced. */
  readonly detail: string;
  /** The button that goes on. */
  readonly proceed: string;
}

/** Asks when a change would be replaced that nobody looked at, and again when it is another one by then. */
export async function unlessConflict<T>(
  question: Question,
  write: (reviewed: Reviewed) => Promise<T>,
  allowed: Reviewed = {},
): Promise<T | undefined> {
  try {
    return await write(allowed);
  } catch (error) {
    if (!(error instanceof UserError) || error.reviewed === undefined) throw error;
    const { problem, reviewed } = error;
    const { flow, detail, proceed } = question;
    const file = flow.path === undefined ? undefined : locationOf(flow.path);
    const [merge, compare] = ["Merge", "Compare"];
    const buttons = file ? [merge, compare, proceed] : [proceed];
    const choice = await window.showWarningMessage(problem, { modal: true, detail }, ...buttons);
    if (choice === proceed) return unlessConflict(question, write, { reviewed });
    if (choice === merge) await runCommand("mergeFlow", new FlowNode(flow));
    if (choice === compare && file) await openComparison(question, flow, file);
    return undefined;
  }
}

/** What Langflow has on the left, the file on the right, by components and values. */
export async function openComparison(parts: Comparing, flow: FlowOfBoth, file: Uri): Promise<void> {
  const { texts, readable } = parts;
  if (flow.path !== undefined) await settlePython(parts, flow.path);
  await readable.open(texts.uriOf(flow), file, `${flow.name}: Langflow ↔ file`);
}
