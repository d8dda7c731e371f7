import path from "node:path/posix";
import { declarationFile, skippedFolder } from "../configs.ts";
import type { View } from "../engine.ts";
import { isTypeScriptOrJavaScript, keyOf } from "../ts.ts";

/** Folders that contain output as a rule, and now and then sources. */
const perhapsSources = /^(?:build|out)$/;

/** Finds what could be documented, whether or not a project has it. */
export function createFolderWalk(view: View) {
  const outputs = new Set(
    view.projects.flatMap(({ spec: { options } }) =>
      [options.outDir, options.declarationDir].flatMap((each) => (each === undefined ? [] : [keyOf(each)])),
    ),
  );

  /** Files of the language; below folders of output only sources in TypeScript, which no compiler writes. */
  function* below(folder: string, isOutput = false): Generator<string> {
    const { files, folders } = view.files.list(folder);
    for (const name of files) {
      if (!isTypeScriptOrJavaScript(name)) continue;
      if (!isOutput || (/\.(?:[cm]?ts|tsx)$/i.test(name) && !declarationFile.test(name))) yield path.join(folder, name);
    }
    for (const name of folders) {
      const inner = path.join(folder, name);
      if (outputs.has(keyOf(inner))) continue;
      if (!skippedFolder.test(name)) yield* below(inner, isOutput);
      else if (perhapsSources.test(name)) yield* below(inner, true);
    }
  }

  /** Whether a file lies below a folder that contains output, seen from a scope or a root. */
  function isOutput(file: string, scope: string | undefined): boolean {
    const from = scope ?? view.roots.find((root) => file.startsWith(`${root}/`)) ?? "";
    const folders = path
      .dirname(file)
      .slice(from.length + 1)
      .split("/");
    return folders.some((name, at) => {
      const folder = path.join(from, ...folders.slice(0, at + 1));
      return name !== "" && (skippedFolder.test(name) || outputs.has(keyOf(folder)));
    });
  }

  return { below, isOutput };
}
