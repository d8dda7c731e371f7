import { ts } from "../ts.ts";

export function isUnknown({ flags }: ts.Type): boolean {
  return (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
}

type Falsy = "undefined" | "null" | '""' | "0" | "false" | "anything";

/** The falsy values that a type has. */
export function falsyOf(checker: ts.TypeChecker, type: ts.Type): Falsy[] {
  if (type.isUnion()) return type.types.flatMap((one) => falsyOf(checker, one));
  if (type.isIntersection()) {
    const parts = type.types.map((one) => falsyOf(checker, one));
    return parts.some((one) => one.length === 0) && !type.types.some(isPrimitive) ? [] : parts.flat();
  }
  const { flags } = type;
  const is = (wanted: ts.TypeFlags) => (flags & wanted) !== 0;
  if (is(ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return ["undefined"];
  if (is(ts.TypeFlags.Null)) return ["null"];
  if (type.isStringLiteral()) return type.value === "" ? ['""'] : [];
  if (type.isNumberLiteral()) return type.value === 0 || Number.isNaN(type.value) ? ["0"] : [];
  if (is(ts.TypeFlags.StringLike)) return ['""'];
  if (is(ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) return ["0"];
  if (is(ts.TypeFlags.BooleanLike)) return checker.typeToString(type) === "true" ? [] : ["false"];
  if (is(ts.TypeFlags.Instantiable)) {
    const limit = checker.getBaseConstraintOfType(type);
    return limit && limit !== type ? falsyOf(checker, limit) : ["anything"];
  }
  if (is(ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return ["anything"];
  // Every value but null and undefined is a `{}`.
  return checker.typeToString(type) === "{}" ? ["anything"] : [];
}

export function isPrimitive({ flags }: ts.Type): boolean {
  return (flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) !== 0;
}
