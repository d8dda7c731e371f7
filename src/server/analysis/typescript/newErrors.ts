import type { FileChange } from "../../workspace/edits/changes.ts";
import type { Diagnostic } from "../types.ts";
import { diagnosticsOf, tokenOf } from "./diagnostics.ts";
import type { View } from "./engine.ts";
import { forkProgram, textsAfter } from "./fork.ts";
import type { Project } from "./project.ts";

/** Errors that changes would bring into the files that they change. */
export function newErrors(view: View, project: Project, changes: readonly FileChange[]): Diagnostic[] {
  const after = textsAfter(view, changes);
  const base = project.program();
  const fork = forkProgram(view, project, after);
  return [...after.keys()].flatMap((path) => {
    const left = errorsIn(view, base, path).map(({ code, message }) => `${code} ${message}`);
    return errorsIn(view, fork, path).filter(({ code, message }) => {
      const known = left.indexOf(`${code} ${message}`);
      if (known >= 0) left.splice(known, 1);
      return known < 0;
    });
  });
}

function errorsIn(view: View, program: ReturnType<typeof forkProgram>, path: string): Diagnostic[] {
  const file = program.getSourceFile(path);
  return file ? diagnosticsOf(program, file, tokenOf(view)).filter(({ severity }) => severity === "error") : [];
}
