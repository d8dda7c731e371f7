import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import { edited } from "../../../platform/unifiedDiff.ts";
import type { Project } from "../project.ts";
import { keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";
import { createFileEdits } from "./fileEdits.ts";
import type { FileEdits } from "./fileEdits.ts";
import { createImports } from "./imports.ts";
import type { FileImports, TypeWord } from "./bindings.ts";
import { styleOf } from "./style.ts";
import type { Style } from "./style.ts";

/** A file on its way to what it will be. */
export interface Draft {
  readonly file: ts.SourceFile;
  readonly project: Project;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly style: Style;
  readonly edits: FileEdits;
  readonly imports: FileImports;
  /** Not on the disk yet. */
  readonly isNew: boolean;
}

export interface Drafts {
  of(file: ts.SourceFile, project: Project): Draft;
  changes(): FileChange[];
}

/** The files that a move changes, each with one list of edits. */
export function createDrafts(view: View, source: ts.SourceFile): Drafts {
  const drafts = new Map<string, Draft>();
  const style = styleOf(source);
  return {
    of(file, project) {
      const known = drafts.get(keyOf(file.fileName));
      if (known) return known;
      const program = project.program();
      const own = styleOf(file, style);
      const draft: Draft = {
        file,
        project,
        program,
        checker: program.getTypeChecker(),
        style: own,
        edits: createFileEdits(),
        imports: createImports(file, program, own),
        isNew: !view.files.exists(file.fileName),
      };
      drafts.set(keyOf(file.fileName), draft);
      return draft;
    },
    changes() {
      return [...drafts.values()].flatMap(({ file, edits, imports, isNew }): FileChange[] => {
        imports.write(edits);
        const list = edits.list();
        if (isNew) return [{ kind: "create", path: file.fileName, text: edited(file.text, list) }];
        return list.length > 0 ? [{ kind: "edit", path: file.fileName, edits: list }] : [];
      });
    },
  };
}

/** Whether a file shall say of an import that it is of types only. */
function wantsTypeImports({ project, style }: Draft): boolean {
  const { verbatimModuleSyntax, isolatedModules } = project.spec.options;
  return verbatimModuleSyntax === true || isolatedModules === true || style.hasTypeImports;
}

/** How it says so. */
export function typeWord(draft: Draft): TypeWord | undefined {
  if (isJavaScript(draft.file.fileName)) return "doc";
  if (!wantsTypeImports(draft)) return undefined;
  return draft.style.hasInlineTypes ? "inline" : "clause";
}
