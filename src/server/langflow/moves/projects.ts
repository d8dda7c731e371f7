import { ToolError } from "../../platform/errors.ts";
import { createFlowTexts } from "../client/flowTexts.ts";
import type { LangflowHttp } from "../client/http.ts";

/** Where a promoted flow goes. */
interface ProjectThere {
  /** Undefined for the default project of the user. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** The user named it: a flow that is there already is moved. */
  readonly isAsked: boolean;
  readonly notes: readonly string[];
}

export interface ProjectsThere {
  /** For a flow by the id of its project here. */
  of(idHere: string | undefined): ProjectThere;
}

interface Asked {
  readonly source: LangflowHttp;
  readonly target: LangflowHttp;
  /** Name of the environment. */
  readonly to: string;
  readonly project?: string | undefined;
  readonly signal: AbortSignal;
}

/** The project that is named, else the one of the same name as here, else the default. */
export async function findProjects({ source, target, to, project, signal }: Asked): Promise<ProjectsThere> {
  const [here, there] = await Promise.all([
    createFlowTexts(source).projects(signal),
    createFlowTexts(target).projects(signal),
  ]);
  const idOf = (name: string) => [...there].find(([, each]) => each === name)?.[0];
  if (project !== undefined) {
    const id = idOf(project);
    if (id === undefined) {
      const names = [...there.values()].join(", ");
      throw new ToolError(
        "NOT_FOUND",
        `${to} has no project ${project}.`,
        `Create it there, or give one of: ${names}.`,
      );
    }
    return { of: () => ({ id, name: project, isAsked: true, notes: [] }) };
  }
  return {
    of(idHere) {
      const name = here.get(idHere ?? "");
      if (name === undefined) return { id: undefined, name: undefined, isAsked: false, notes: [] };
      const id = idOf(name);
      if (id !== undefined) return { id, name, isAsked: false, notes: [] };
      const note = `${to} has no project ${name}: the flow is in the default project there.`;
      return { id: undefined, name: undefined, isAsked: false, notes: [note] };
    },
  };
}
