import type { ComponentRun, OwnComponentName, PushedComponent } from "../../../protocol/components.ts";
import { scaffold } from "../../flows/components/scaffold.ts";
import { workspaceComponent } from "../../flows/components/workspace/index.ts";
import type { Sample } from "../../flows/components/sampleFlow.ts";
import { ToolError } from "../../platform/errors.ts";
import type { Connection } from "../connection.ts";
import type { FlowFolder } from "../flowFolder.ts";
import type { RunsDeps } from "../runs.ts";
import type { VersionStore } from "../versionStore.ts";
import { pushComponent } from "./pushComponent.ts";
import { runComponent } from "./runComponent.ts";

/** Components that the user writes, each a Python file. */
export interface Components {
  /** Writes a file to start from, `components/NAME.py` in the folder of the flow files, and over no other. */
  create(name: string, options: CreateOptions): Promise<{ readonly component: string; readonly path: string }>;
  /** Builds and runs it in Langflow; what fails in it is an answer. */
  run(file: string, options: RunOptions): Promise<{ readonly path: string; readonly run: ComponentRun }>;
  /** Puts its code into every flow of the server that uses it. */
  push(file: string, options: Pick<RunOptions, "dir" | "signal" | "progress">): Promise<PushedComponent>;
}

interface CreateOptions {
  /** The folder of the flow files. */
  readonly dir: string;
  /** One of ours that calls the workspace; an empty one when left out. */
  readonly from?: OwnComponentName | undefined;
}

interface RunOptions {
  /** The folder of the flow files. */
  readonly dir: string;
  readonly sample: Sample;
  readonly seconds: number;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

export interface ComponentsDeps extends Pick<RunsDeps, "budgets" | "recordRun" | "head" | "now" | "runImport"> {
  readonly connection: Pick<Connection, "use">;
  readonly folder: FlowFolder;
  readonly versions: VersionStore;
}

export function createComponents(deps: ComponentsDeps): Components {
  const { connection, folder, versions, budgets, runImport, recordRun, head, now } = deps;

  async function codeOf(given: string, dir: string): Promise<{ readonly path: string; readonly code: string }> {
    const path = await folder.pathOf(isName(given) ? fileOf(given, dir) : given);
    if (!path.endsWith(".py")) {
      throw new ToolError("INVALID_ARGUMENT", `${path} is no Python file.`, "Give the .py file of a component.");
    }
    const { text } = await folder.read(path);
    return { path, code: text.replaceAll("\r\n", "\n") };
  }

  return {
    async create(name, { dir, from }) {
      const path = await folder.pathOf(fileOf(name, dir));
      const text = from === undefined ? scaffold(name) : workspaceComponent(from, name);
      await folder.write(path, text, undefined).catch((error: unknown) => {
        if (!(error instanceof ToolError) || error.code !== "CONFLICT") throw error;
        throw new ToolError(
          "CONFLICT",
          `${path} exists already.`,
          "Give the component another name, or edit the file.",
        );
      });
      return { component: name, path };
    },

    async run(file, { dir, sample, seconds, signal, progress }) {
      const { path, code } = await codeOf(file, dir);
      const { http } = await connection.use();
      const name = path.slice(path.lastIndexOf("/") + 1, -".py".length);
      let release: () => void = () => undefined;
      let flowName = name;
      const startedAt = now();
      const started = head();
      let outcome: "ok" | "failed" | "cancelled" = "failed";
      let ran: string | undefined;
      let usedModel = false;
      try {
        const result = await runComponent({
          ...{ http, name, code, sample, seconds, signal, progress },
          async admit(flow) {
            const facts = { ...flow, url: `${http.base}/flow/${flow.id}` };
            const options = { signal, progress, readRunsOfOthers: runImport.refresh };
            ({ release } = await budgets.admit(facts, options));
            ran = flow.id;
            flowName = flow.name;
          },
        });
        usedModel = result.flow?.usedModel === true;
        outcome = result.run.state === "ok" ? "ok" : "failed";
        return { path, run: result.run };
      } catch (error) {
        if (signal.aborted) outcome = "cancelled";
        throw error;
      } finally {
        release();
        if (ran !== undefined) {
          await recordRun({
            ...{ id: ran, flowId: ran, flowName, server: http.base, startedAt, head: started, outcome },
            durationMs: now().getTime() - startedAt.getTime(),
            usage: usedModel
              ? { reported: false, reason: "a run of a component leaves no trace" }
              : { reported: true, models: [] },
          });
        }
      }
    },

    async push(file, { dir, signal, progress }) {
      const { path, code } = await codeOf(file, dir);
      const { http } = await connection.use();
      return pushComponent({ http, path, code, versions, signal, progress });
    },
  };
}

function isName(given: string): boolean {
  return /^\w+$/.test(given);
}

function fileOf(name: string, dir: string): string {
  return `${dir}/components/${name}.py`;
}
