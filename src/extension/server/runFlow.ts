import { window } from "vscode";
import type { ParamsOf, ResultOf } from "../../protocol/operations.ts";
import { UserError } from "./userError.ts";
import type { WindowServer } from "./windowServer.ts";
import type { Work } from "../support/progress.ts";

type Params = Omit<ParamsOf<"flowRuns.run">, "yes" | "stream" | "background">;

/** Runs a flow; where its estimated cost asks for it, the user is asked first. Undefined when the user says no. */
export async function runFlow(
  server: WindowServer,
  params: Params,
  work: Work,
): Promise<ResultOf<"flowRuns.run"> | undefined> {
  try {
    return await server.operate("flowRuns.run", params, work);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "COST_NOT_CONFIRMED") throw error;
    const agreed = (await window.showWarningMessage(error.problem, { modal: true }, "Run")) === "Run";
    return agreed ? server.operate("flowRuns.run", { ...params, yes: true }, work) : undefined;
  }
}
