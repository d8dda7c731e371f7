import type { Incomplete } from "../../../platform/call.ts";
import type { DocumentedModule, DocumentedName, ExportsAnswer, ExportsQuery } from "../answers.ts";
import type { View } from "../engine.ts";
import { resolved } from "../nameUses.ts";
import type { Project } from "../project.ts";
import { cancelCompiler, keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";
import { moduleComment } from "./comments.ts";
import { documentedFiles } from "./files.ts";
import { meaningsOf } from "./meanings.ts";
import { isCommonJs, moduleSymbols } from "./moduleSymbols.ts";
import type { ModuleSymbols } from "./moduleSymbols.ts";
import { augmentationsOf, declarationKey, namesOf } from "./names.ts";
import type { Homes } from "./names.ts";
import { unknownNames } from "./unknownNames.ts";

interface Module extends ModuleSymbols {
  readonly file: ts.SourceFile;
  readonly project: Project;
  readonly path: string;
}

/** What the modules of a file or folder export, as the compiler knows it: names, signatures, comments, members. */
export function documentedExports(view: View, { path }: ExportsQuery): ExportsAnswer {
  const unread: Incomplete[] = [];
  const { files, leftOut } = documentedFiles(view, path);
  const found = files.flatMap(({ file, project }): Module[] => {
    if (view.context.isCancelled()) cancelCompiler();
    const program = project.program();
    const symbols = moduleSymbols(program.getTypeChecker(), file);
    const shown = view.displayPath(file.fileName);
    unread.push(...unknownNames(program, file, symbols).map((reason) => ({ path: shown, reason })));
    return symbols ? [{ file, project, path: shown, ...symbols }] : [];
  });
  const homes = homesOf(found);
  const modules = found.map((module, done): DocumentedModule => {
    if (done % 20 === 0) view.context.progress({ done, total: found.length, message: "Reading exports" });
    return documented(view, module, homes);
  });
  return { modules, incomplete: [...view.incomplete, ...leftOut, ...unread] };
}

function documented(view: View, { file, project, path, exports, whole }: Module, homes: Homes): DocumentedModule {
  const checker = project.program().getTypeChecker();
  const context = { view, checker, homes, file, inside: [] };
  const names = exports.flatMap((symbol) => namesOf(context, symbol));
  const asWhole = whole ? namesOf(context, whole, isCommonJs(file) ? "module.exports" : "export =") : [];
  const added = augmentationsOf(context, exports);
  const doc = moduleComment(file);
  return { path, ...(doc !== "" && { doc }), exports: [...asWhole, ...names, ...added].sort(byPosition(path)) };
}

/** Where each declaration is documented: in its own module, by its own name rather than as the default. */
function homesOf(modules: readonly Module[]): Homes {
  const names = new Map<string, { path: string; name: string }>();
  for (const { file, project, path, exports } of modules) {
    const checker = project.program().getTypeChecker();
    for (const symbol of exports) {
      const target = resolved(checker, symbol);
      for (const { declarations } of meaningsOf(checker, target)) {
        const [declaration] = declarations;
        if (declaration?.getSourceFile() !== file) continue;
        const key = declarationKey(declaration);
        if (!names.has(key) || names.get(key)?.name === "default") names.set(key, { path, name: symbol.name });
      }
    }
  }
  return { names, modules: new Map(modules.map(({ file, path }) => [keyOf(file.fileName), path])) };
}

/** A module's own declarations in their order, then what it passes on, by name. */
function byPosition(path: string): (a: DocumentedName, b: DocumentedName) => number {
  return (a, b) => {
    const [isOwn, isOwnToo] = [a.path === path, b.path === path];
    if (isOwn !== isOwnToo) return isOwn ? -1 : 1;
    return isOwn ? a.line - b.line : a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  };
}
