import { identifiersIn } from "../move/identifiers.ts";
import { resolved, symbolOf } from "../nameUses.ts";
import { nodeAt, ts } from "../ts.ts";
import { positionOf, quoted, refusal } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";

type Property = ts.PropertyDeclaration | ts.PropertyAssignment | ts.ParameterDeclaration;

/** A property becomes a private field of another name, and two accessors of its own name. */
export function refuseAccessors(conversion: Conversion): void {
  const { view } = conversion;
  const property = propertyAt(conversion);
  if (!property || !ts.isIdentifier(property.name)) return;
  const decorator = ts.canHaveDecorators(property) ? ts.getDecorators(property)?.[0] : undefined;
  if (decorator) {
    const message = `${quoted(decorator)} decorates the property, and would decorate the field of another name.`;
    throw refusal("HAS_DECORATOR", message, "Write the accessors by edit_file, with the decorator where it belongs.");
  }
  const taken = takenName(conversion, property.name.text, property.parent);
  if (taken) {
    const message = `${taken.text} at ${positionOf(view, taken)} has the name that the field or the accessors would get.`;
    throw refusal("NAME_TAKEN", message, "Rename the property or that member first.");
  }
  if (!ts.isParameter(property)) return;
  const checker = conversion.project.program().getTypeChecker();
  const use = [...identifiersIn(property.parent)].find(
    (one) => one !== property.name && symbolOf(checker, one)?.valueDeclaration === property,
  );
  if (!use) return;
  const message = `The constructor uses the parameter ${use.text} at ${positionOf(view, use)}, which gets another name.`;
  throw refusal("NAME_CAPTURED", message, `Use this.${use.text} there first.`);
}

/** What lists the own properties of an object finds another name. */
export function notedAccessors(conversion: Conversion, converted: Converted): Converted {
  const property = propertyAt(conversion);
  if (!property) return converted;
  const [field, accessor] = namesFor(property.name.getText());
  const note = `JSON.stringify, object spread and Object.keys find ${field} now, beside or instead of ${accessor}.`;
  return { ...converted, notes: [...converted.notes, note] };
}

function propertyAt({ file, range }: Conversion): Property | undefined {
  return ts.findAncestor(nodeAt(file, range.pos), isProperty);
}

function isProperty(node: ts.Node): node is Property {
  return ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node) || ts.isParameter(node);
}

/** Names of the field and of the accessors, as the compiler gives them. */
function namesFor(name: string): [field: string, accessor: string] {
  return name.startsWith("_") ? [name, name.slice(1)] : [`_${name}`, name];
}

/** Another member of one of the two names, in the class, in what it extends or in what extends it. */
function takenName({ view, project }: Conversion, name: string, parent: ts.Node): ts.Identifier | undefined {
  const owner = ts.isConstructorDeclaration(parent) ? parent.parent : parent;
  const wanted = namesFor(name).find((one) => one !== name) ?? name;
  const checker = project.program().getTypeChecker();
  const inherited = checker.getTypeAtLocation(owner).getProperty(wanted)?.declarations?.[0];
  // The compiler finds another name for the field where its file has the name.
  const isFree = wanted.startsWith("_") && inherited?.getSourceFile() === owner.getSourceFile();
  const existing = inherited && !isFree ? ts.getNameOfDeclaration(inherited) : undefined;
  if (existing && ts.isIdentifier(existing)) return existing;
  const own = ts.isClassLike(owner) && owner.name ? checker.getSymbolAtLocation(owner.name) : undefined;
  if (!own) return undefined;
  for (const file of project.program().getSourceFiles()) {
    if (file === owner.getSourceFile() || !view.isOwn(file.fileName) || !file.text.includes(wanted)) continue;
    for (const base of identifiersIn(file)) {
      if (base.text !== own.name && !ts.isExpressionWithTypeArguments(base.parent)) continue;
      const derived = extendedBy(base);
      const symbol = derived && checker.getSymbolAtLocation(base);
      if (!symbol || resolved(checker, symbol) !== resolved(checker, own)) continue;
      const member = derived.members.find(({ name: one }) => one && ts.isIdentifier(one) && one.text === wanted)?.name;
      if (member && ts.isIdentifier(member)) return member;
    }
  }
  return undefined;
}

function extendedBy({ parent }: ts.Node): ts.ClassLikeDeclaration | undefined {
  if (!ts.isExpressionWithTypeArguments(parent) || !ts.isHeritageClause(parent.parent)) return undefined;
  const { parent: derived } = parent.parent;
  return ts.isClassLike(derived) ? derived : undefined;
}
