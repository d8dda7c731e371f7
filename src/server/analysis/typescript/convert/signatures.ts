import { forkProgram, textsAfter } from "../fork.ts";
import { identifiersIn } from "../move/identifiers.ts";
import { symbolOf } from "../nameUses.ts";
import { nodeAt, ts } from "../ts.ts";
import { editsIn, positionOf, quoted, refusal, withEdits } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";

/** The written type must be the one that was inferred. */
export function checkedReturnType(conversion: Conversion, made: Converted): Converted {
  const { view, project, file, range } = conversion;
  const declaration = ts.findAncestor(nodeAt(file, range.pos), ts.isFunctionLike);
  if (!declaration) return made;
  const converted = withParentheses(conversion, declaration, made);
  const program = forkProgram(view, project, textsAfter(view, converted.changes));
  // Nodes have no parents before the checker is there.
  const checker = program.getTypeChecker();
  const after = program.getSourceFile(file.fileName);
  const start = declaration.getStart(file);
  const written = after && ts.findAncestor(nodeAt(after, start), (node) => node.kind === declaration.kind);
  const before = returned(project.program().getTypeChecker(), declaration);
  const now = written && ts.isFunctionLike(written) ? returned(checker, written) : undefined;
  if (before !== now || editsIn(converted, file).some(({ newText }) => newText.includes("/*elided*/"))) {
    const message = "The type of the result cannot be written out here: it would become another one, such as any.";
    throw refusal("TYPE_LOST", message, "Give a part of the type a name first, or leave it inferred.");
  }
  return converted;
}

/** The compiler annotates the parameter of `x => x` instead of the result. */
function withParentheses({ file }: Conversion, declaration: ts.SignatureDeclaration, made: Converted): Converted {
  const [first] = declaration.parameters;
  const isBare =
    ts.isArrowFunction(declaration) &&
    !declaration.getChildren(file).some(({ kind }) => kind === ts.SyntaxKind.OpenParenToken);
  if (!isBare || !first) return made;
  const type = /: .+(?=\)$)|: .+/s.exec(
    editsIn(made, file)
      .map(({ newText }) => newText)
      .join(""),
  )?.[0];
  if (type === undefined) return made;
  const [start, end] = [first.getStart(file), first.end];
  return withEdits(made, file, [{ start, end, newText: `(${first.getText(file)})${type}` }]);
}

function returned(checker: ts.TypeChecker, declaration: ts.SignatureDeclaration): string | undefined {
  const signature = checker.getSignatureFromDeclaration(declaration);
  const type = signature && checker.getReturnTypeOfSignature(signature);
  return type && checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
}

/** The compiler puts the parameters of all overloads into one list, without a look at the code that reads them. */
export function refuseOverloads({ view, project, file, range }: Conversion): void {
  const at = ts.findAncestor(nodeAt(file, range.pos), ts.isFunctionLike);
  const checker = project.program().getTypeChecker();
  const symbol = at?.name ? checker.getSymbolAtLocation(at.name) : undefined;
  const all = at && ts.isConstructorDeclaration(at) ? at.parent.members : (symbol?.declarations ?? []);
  const signatures = all.filter((one) => ts.isFunctionLike(one) && one.kind === at?.kind);
  const own = signatures.flatMap((one) => (ts.isFunctionLike(one) ? [...one.parameters] : []));
  const thisParameter = own.find(({ name }) => ts.isIdentifier(name) && name.text === "this");
  if (thisParameter) {
    const message = `${quoted(thisParameter)} would become an argument.`;
    throw refusal("THIS_DIFFERS", message, "Leave the overloads.");
  }
  const implementation = signatures.find(hasBody);
  if (!implementation) return;
  const { body, parameters } = implementation;
  const use = [...identifiersIn(body)].find((name) =>
    symbolOf(checker, name)?.declarations?.some((one) =>
      parameters.some((each) => each.pos <= one.pos && one.end <= each.end),
    ),
  );
  if (!use) return;
  const message = `The code uses the parameter ${use.text} at ${positionOf(view, use)}, which would be in \`args\` then.`;
  throw refusal("PARAMETERS_USED", message, "Leave the overloads, or let the implementation take `...args` first.");
}

type Implementation = ts.SignatureDeclaration & { readonly body: ts.Block };

function hasBody(node: ts.Declaration | ts.ClassElement): node is Implementation {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}
