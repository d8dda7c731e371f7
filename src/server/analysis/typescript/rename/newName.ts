import { ToolError } from "../../../platform/errors.ts";
import { ts } from "../ts.ts";

/** Refuses what no symbol can be called. */
export function checkName(newName: string, oldName?: string): void {
  const isPrivate = oldName?.startsWith("#") ?? false;
  const plain = isPrivate && newName.startsWith("#") ? newName.slice(1) : newName;
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, plain);
  const token = scanner.scan();
  const isWhole = scanner.getTokenEnd() === plain.length && plain !== "";
  const isContextual = token > ts.SyntaxKind.LastFutureReservedWord && token <= ts.SyntaxKind.LastKeyword;
  const isIdentifier = isWhole && (token === ts.SyntaxKind.Identifier || isContextual) && plain !== "await";
  if (isIdentifier && isPrivate === newName.startsWith("#")) return;
  throw new ToolError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(newName.slice(0, 80))} is not a name that a symbol can have.`,
    isPrivate ? "Private names start with # and go on as an identifier." : "Give an identifier that is no keyword.",
  );
}
