import { withParentheses } from "../move/identifiers.ts";
import { resolved } from "../nameUses.ts";
import { ts } from "../ts.ts";

/** Which strings are possible at the position of one; undefined where nothing restricts it. */
export type Expected = ((name: string) => boolean) | undefined;

export function expectedBy(checker: ts.TypeChecker, literal: ts.StringLiteralLike): Expected {
  const { parent } = literal;
  if (ts.isLiteralTypeNode(parent)) return expectedType(checker, parent);
  const at = withParentheses(literal);
  const user = at.parent;
  if (ts.isBinaryExpression(user)) {
    const { kind } = user.operatorToken;
    if (kind === ts.SyntaxKind.InKeyword && user.left === at) return propertyOf(checker.getTypeAtLocation(user.right));
    if (comparing.has(kind)) {
      return oneOf(checker, checker.getTypeAtLocation(user.left === at ? user.right : user.left));
    }
  }
  if (ts.isCaseClause(user) && user.expression === at) {
    return oneOf(checker, checker.getTypeAtLocation(user.parent.parent.expression));
  }
  const type = ts.isExpression(at) ? checker.getContextualType(at) : undefined;
  return type && oneOf(checker, type);
}

const comparing: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

/** What a literal in a type, alone or in a union, is restricted to. */
function expectedType(checker: ts.TypeChecker, literal: ts.LiteralTypeNode): Expected {
  let at: ts.TypeNode = literal;
  while (ts.isUnionTypeNode(at.parent) || ts.isParenthesizedTypeNode(at.parent)) at = at.parent;
  const { parent } = at;
  if (ts.isConditionalTypeNode(parent) && parent.extendsType === at) {
    const checked = checker.getTypeFromTypeNode(parent.checkType);
    return oneOf(checker, checker.getBaseConstraintOfType(checked) ?? checked);
  }
  if (!ts.isTypeReferenceNode(parent) && !ts.isExpressionWithTypeArguments(parent)) return undefined;
  const given = parent.typeArguments ?? ts.factory.createNodeArray();
  const index = given.indexOf(at);
  return index >= 0 ? expectedArgument(checker, parent, given, index) : undefined;
}

/** `Omit`, `Exclude` and `Extract` take any type, and mean the names of the first one. */
function expectedArgument(
  checker: ts.TypeChecker,
  reference: ts.TypeReferenceNode | ts.ExpressionWithTypeArguments,
  given: ts.NodeArray<ts.TypeNode>,
  index: number,
): Expected {
  const name = ts.isTypeReferenceNode(reference) ? reference.typeName : reference.expression;
  const [first] = given;
  const text = name.getText();
  if (first && index === 1 && text === "Omit") return propertyOf(checker.getTypeFromTypeNode(first));
  if (first && index === 1 && (text === "Exclude" || text === "Extract")) {
    return oneOf(checker, checker.getTypeFromTypeNode(first));
  }
  const parameters = parametersOf(checker, name);
  const constraint = parameters[index]?.constraint;
  if (!constraint) return undefined;
  const owners = keysOwners(constraint);
  const of = parameters.findIndex((one) => owners.includes(one.name.text));
  const named = given[of];
  if (named) return propertyOf(checker.getTypeFromTypeNode(named));
  return oneOf(checker, checker.getTypeFromTypeNode(constraint));
}

/** `T` of `keyof T`, also in the branches of a condition. */
function keysOwners(constraint: ts.TypeNode): string[] {
  if (ts.isConditionalTypeNode(constraint)) {
    return [...keysOwners(constraint.trueType), ...keysOwners(constraint.falseType)];
  }
  if (ts.isUnionTypeNode(constraint)) return constraint.types.flatMap(keysOwners);
  if (!ts.isTypeOperatorNode(constraint) || constraint.operator !== ts.SyntaxKind.KeyOfKeyword) return [];
  return [constraint.type.getText()];
}

function parametersOf(checker: ts.TypeChecker, name: ts.Node): readonly ts.TypeParameterDeclaration[] {
  const symbol = checker.getSymbolAtLocation(name);
  const target = symbol && resolved(checker, symbol);
  const declared = target?.declarations?.find(
    (one) => ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one) || ts.isClassLike(one),
  );
  return declared?.typeParameters ?? [];
}

function propertyOf(type: ts.Type): (name: string) => boolean {
  return (name) => type.getProperty(name) !== undefined;
}

/** The strings of a union; undefined for a type that any string fits. */
function oneOf(checker: ts.TypeChecker, type: ts.Type): Expected {
  const parts = partsOf(checker, type);
  const names = new Set(parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : [])));
  return names.size > 0 ? (name) => names.has(name) : undefined;
}

function partsOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  const isOpen = type.flags & (ts.TypeFlags.Index | ts.TypeFlags.TypeParameter | ts.TypeFlags.IndexedAccess);
  const whole = isOpen ? (checker.getBaseConstraintOfType(type) ?? type) : type;
  return whole.isUnion() ? whole.types : [whole];
}
