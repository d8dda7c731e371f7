import { exported, starExporters } from "../exportedNames.ts";
import { isAssigned, usesOf } from "../move/identifiers.ts";
import { keyOf, nodeAt, ts } from "../ts.ts";
import { editsIn, positionOf, refusal } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";
import { refuseObjectUses, starOf } from "./moduleUses.ts";

export function refuseNamedExport(conversion: Conversion): void {
  const { view, file } = conversion;
  const statement = statementAt(conversion);
  const name = statement && nameOf(statement);
  if (!statement || !name) return;
  refuseAssigned(conversion, statement, name);
  const checker = conversion.project.program().getTypeChecker();
  for (const where of [file, ...exportersOf(conversion)]) {
    const [symbol] = exported(checker, where, name.text);
    if (!symbol || (where !== file && symbol.declarations?.some((at) => at.getSourceFile() === file))) continue;
    const message = `${view.displayPath(where.fileName)} exports another ${name.text}, or the same one, already.`;
    throw refusal("NAME_TAKEN", message, "Rename one of the two, or import the name that is exported already.");
  }
}

export function checkedNamedExport(conversion: Conversion, converted: Converted): Converted {
  refuseObjectUses(conversion, converted, { name: "default", changes: "names" });
  if (converted.changes.length > 1) return converted;
  const note = "No file of the workspace imports the default export: a tool that loads the file may need it.";
  return { ...converted, notes: [...converted.notes, note] };
}

export function refuseDefaultExport(conversion: Conversion): void {
  const [exporter] = exportersOf(conversion);
  if (!exporter) return;
  const where = positionOf(conversion.view, starOf(exporter));
  const message = `${where} exports all of the file by \`export *\`, which leaves a default export out.`;
  throw refusal("EXPORTS_WHOLE", message, "Export the names one by one there first.");
}

export function checkedDefaultExport(conversion: Conversion, converted: Converted): Converted {
  const { file } = conversion;
  const statement = statementAt(conversion);
  const name = statement && nameOf(statement);
  if (!name) return converted;
  refuseObjectUses(conversion, converted, { name: name.text, changes: "names" });
  const isNameless = editsIn(converted, file).some(({ newText }) =>
    /export default (?!class|function)\W/.test(newText),
  );
  if (!isNameless) return converted;
  const note = `At run time the function or class is no longer called ${name.text}, but "default".`;
  return { ...converted, notes: [...converted.notes, note] };
}

/** The files that export everything of the file by `export *`, in any project. */
function exportersOf({ view, file }: Conversion): ts.SourceFile[] {
  const projects = view.projectsWith(file.fileName);
  return projects.flatMap((project) => [...(starExporters(project.program()).get(keyOf(file.fileName)) ?? [])]);
}

function statementAt({ file, range }: Conversion): ts.Statement | undefined {
  return file.statements.find((statement) => statement.pos <= range.pos && range.pos < statement.end);
}

function nameOf(statement: ts.Statement): ts.Identifier | undefined {
  if (ts.isExportAssignment(statement)) {
    return ts.isIdentifier(statement.expression) ? statement.expression : undefined;
  }
  if (ts.isVariableStatement(statement)) {
    const [declaration] = statement.declarationList.declarations;
    return declaration && ts.isIdentifier(declaration.name) ? declaration.name : undefined;
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name && ts.isIdentifier(name) ? name : undefined;
}

/** `export default x` has the value of that time, and `export { x }` has each later one. */
function refuseAssigned({ view, project, file }: Conversion, statement: ts.Statement, name: ts.Identifier): void {
  if (!ts.isExportAssignment(statement)) return;
  const declared = project.program().getTypeChecker().getSymbolAtLocation(name)?.valueDeclaration;
  const own = declared && ts.getNameOfDeclaration(declared);
  const first = own?.getSourceFile() === file ? nodeAt(file, own.getStart(file)) : undefined;
  if (!first || !ts.isIdentifier(first)) return;
  const assigned = usesOf(file, project.program().getTypeChecker(), first).find(isAssigned);
  if (!assigned) return;
  const message = `${name.text} is assigned at ${positionOf(view, assigned)}; a named export has each later value, a default one only that of its time.`;
  throw refusal("ASSIGNED_AGAIN", message, "Export a constant instead.");
}
