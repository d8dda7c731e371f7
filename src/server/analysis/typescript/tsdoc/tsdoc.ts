import type { Incomplete } from "../../../platform/call.ts";
import { edited } from "../../../platform/unifiedDiff.ts";
import type { FileChange, TextEdit } from "../../../workspace/edits/changes.ts";
import type { CommentsAnswer, CommentsQuery } from "../answers.ts";
import { diffsOf } from "../diff.ts";
import { documentedFiles } from "../documented/files.ts";
import type { View } from "../engine.ts";
import { cancelCompiler, ts } from "../ts.ts";
import { isLeft, linesOf, missingParameters, newComment, staleNames } from "./commentEdits.ts";
import { factsOf } from "./facts.ts";
import { targetsIn } from "./targets.ts";
import type { Target } from "./targets.ts";

const maxNotes = 100;

/** Comments for exported functions, classes and methods that say what the code says, and no prose. */
export function missingComments(view: View, { path }: CommentsQuery): CommentsAnswer {
  const unread: Incomplete[] = [];
  const changes: FileChange[] = [];
  const stale: string[] = [];
  let comments = 0;
  const { files, leftOut } = documentedFiles(view, path);
  for (const { file, project } of files) {
    if (view.context.isCancelled()) cancelCompiler();
    if (file.isDeclarationFile) continue;
    const checker = project.program().getTypeChecker();
    const shown = view.displayPath(file.fileName);
    const edits: TextEdit[] = [];
    const eol = file.text.includes("\r\n") ? "\r\n" : "\n";
    for (const target of targetsIn(checker, file)) {
      const found = editsOf(checker, target, { file, eol });
      edits.push(...found.edits);
      if (found.edits.length > 0) comments++;
      stale.push(...found.stale.map((name) => `${shown}: @param ${name} names no parameter.`));
      if (found.isLeft)
        unread.push({ path: shown, reason: `No comment fits in front of line ${lineOf(target.host, file)}.` });
    }
    if (edits.length === 0) continue;
    if (hasSameTokens(file, edited(file.text, edits))) changes.push({ kind: "edit", path: file.fileName, edits });
    else unread.push({ path: shown, reason: "Comments would change its code, so none are proposed." });
  }
  return {
    changes,
    comments,
    notes: stale.slice(0, maxNotes),
    diffs: diffsOf(view, changes),
    incomplete: [...view.incomplete, ...leftOut, ...unread],
  };
}

interface Found {
  readonly edits: readonly TextEdit[];
  readonly stale: readonly string[];
  readonly isLeft?: true;
}

function editsOf(checker: ts.TypeChecker, target: Target, at: { file: ts.SourceFile; eol: string }): Found {
  const { host, symbol, callable, typeParameters = [] } = target;
  const facts = callable ? factsOf(checker, callable) : { typeParameters, parameters: [], returns: false, throws: [] };
  const doc = ts
    .getJSDocCommentsAndTags(host)
    .filter((each) => ts.isJSDoc(each))
    .at(-1);
  const isScript = /\.[cm]?jsx?$/.test(at.file.fileName);
  if (doc) {
    if (isLeft(doc, doc.getText(at.file))) return { edits: [], stale: [] };
    const isDestructured = callable?.parameters.some(({ name }) => !ts.isIdentifier(name)) ?? false;
    return { edits: missingParameters(doc, facts, at), stale: callable ? staleNames(doc, facts, isDestructured) : [] };
  }
  // A comment of its own would end what a method inherits.
  if (symbol && ts.displayPartsToString(symbol.getDocumentationComment(checker)) !== "")
    return { edits: [], stale: [] };
  const lines = linesOf(facts, isScript);
  if (lines.length === 0) return { edits: [], stale: [] };
  const edit = newComment(host, lines, at);
  return edit ? { edits: [edit], stale: [] } : { edits: [], stale: [], isLeft: true };
}

function lineOf(node: ts.Node, file: ts.SourceFile): string {
  return String(file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1);
}

/** Whether a text has the code of a file: each of its tokens, in their order. */
function hasSameTokens(file: ts.SourceFile, text: string): boolean {
  const after = ts.createSourceFile(file.fileName, text, file.languageVersion, true);
  const [old, fresh] = [tokensOf(file), tokensOf(after)];
  return old.length === fresh.length && old.every((token, at) => token === fresh[at]);
}

function tokensOf(file: ts.SourceFile): string[] {
  const tokens: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(file);
    if (children.length === 0) tokens.push(node.getText(file));
    else for (const each of children) visit(each);
  };
  visit(file);
  return tokens;
}
