import { ts } from "ts-morph";

const kinds: Readonly<Record<string, ts.ScriptKind>> = {
  ts: ts.ScriptKind.TS,
  mts: ts.ScriptKind.TS,
  cts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
  js: ts.ScriptKind.JS,
  mjs: ts.ScriptKind.JS,
  cjs: ts.ScriptKind.JS,
  jsx: ts.ScriptKind.JSX,
};

/** Only then the comments are worth the time to parse them. */
const declaresInComment = /@(?:typedef|callback)\b/;

export function isScript(file: string): boolean {
  return endingOf(file) in kinds;
}

export function isJavaScript(file: string): boolean {
  const kind = kinds[endingOf(file)];
  return kind === ts.ScriptKind.JS || kind === ts.ScriptKind.JSX;
}

/** The tree of one file, with parents; no types, no other file. */
export function parseScript(file: string, text: string): ts.SourceFile {
  const kind = kinds[endingOf(file)] ?? ts.ScriptKind.TS;
  const { ParseAll, ParseNone } = ts.JSDocParsingMode;
  const jsDocParsingMode = isJavaScript(file) && declaresInComment.test(text) ? ParseAll : ParseNone;
  return ts.createSourceFile(file, text, { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode }, true, kind);
}

/** 1-based line of an offset. */
export function lineAt(source: ts.SourceFile, offset: number): number {
  return source.getLineAndCharacterOfPosition(offset).line + 1;
}

/** What the parser could not make sense of. The compiler keeps it on the tree without declaring it. */
export function syntaxProblems(source: ts.SourceFile): { line: number; message: string }[] {
  const found: unknown = "parseDiagnostics" in source ? source.parseDiagnostics : [];
  if (!Array.isArray(found)) return [];
  return found.filter(isDiagnostic).map(({ start, messageText }) => ({
    line: lineAt(source, start),
    message: ts.flattenDiagnosticMessageText(messageText, " "),
  }));
}

function isDiagnostic(value: unknown): value is { start: number; messageText: string | ts.DiagnosticMessageChain } {
  return typeof value === "object" && value !== null && "start" in value && "messageText" in value;
}

function endingOf(file: string): string {
  return file.slice(file.lastIndexOf(".") + 1).toLowerCase();
}
