import { isMember } from "../nameUses.ts";
import { commentDirectives, diagnosticsOfStatements, ts } from "../ts.ts";
import { bindingOf, nodesOf } from "../move/bindings.ts";
import type { BothFiles } from "./statements.ts";
import { isForm } from "./statements.ts";

/** The imports and exports of a file, by what the changes do to them. */
export interface Forms {
  readonly kept: readonly (readonly [ts.Statement, ts.Statement])[];
  readonly gone: readonly ts.Statement[];
  readonly come: readonly ts.Statement[];
}

export function formsOf({ before, after }: BothFiles): Forms {
  const kept: [ts.Statement, ts.Statement][] = [];
  const gone: ts.Statement[] = [];
  const come = allForms(after);
  for (const form of allForms(before)) {
    const text = form.getText();
    const index = come.findIndex((other) => other.getText() === text);
    const [same] = index === -1 ? [] : come.splice(index, 1);
    if (same) kept.push([form, same]);
    else gone.push(form);
  }
  return { kept, gone, come };
}

/** Names that imports give to their file. */
export function boundBy(forms: readonly ts.Statement[]): string[] {
  return forms.flatMap((form) => {
    if (ts.isImportDeclaration(form)) return nodesOf(form).map((node) => bindingOf(node).local);
    return ts.isImportEqualsDeclaration(form) ? [form.name.text] : [];
  });
}

interface Importer {
  readonly file: BothFiles;
  readonly forms: Forms;
  readonly base: ts.Program;
  readonly fork: ts.Program;
  readonly token: ts.CancellationToken;
}

/** Whether the compiler finds nothing wrong with the imports and exports of a file whose code stays. */
export function areFormsFine({ file: { before, after }, forms, base, fork, token }: Importer): boolean {
  if (!before || silenced(before).join("\n") !== silenced(after).join("\n")) return false;
  if (fork.getSyntacticDiagnostics(after, token).length > base.getSyntacticDiagnostics(before, token).length)
    return false;
  if (diagnosticsOfStatements(fork, forms.come, token).length > 0) return false;
  if (fork.getCompilerOptions().noUnusedLocals !== true) return true;
  const known = unusedImports(before);
  return [...unusedImports(after)].every((name) => known.has(name));
}

function allForms(file: ts.SourceFile | undefined): ts.Statement[] {
  return file?.statements.filter(isForm) ?? [];
}

/** Comments that silence the compiler, each with the line below, which must be the same. */
function silenced(file: ts.SourceFile): string[] {
  const starts = file.getLineStarts();
  return commentDirectives(file).map(({ pos, end }) => {
    const { line } = file.getLineAndCharacterOfPosition(end);
    return file.text.slice(pos, starts[line + 2] ?? file.end);
  });
}

function unusedImports(file: ts.SourceFile): ReadonlySet<string> {
  const unused = new Set(boundBy(allForms(file)));
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) return;
    if (ts.isIdentifier(node) && !isMember(node)) unused.delete(node.text);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return unused;
}
