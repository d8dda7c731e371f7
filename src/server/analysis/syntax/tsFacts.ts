import type { CodeFacts } from "./facts.ts";
import { tokensOf } from "./tokens.ts";
import { measureFunctions } from "./tsFunctions.ts";
import { unsafeTypesOf } from "./tsUnsafeTypes.ts";
import { linksOf } from "./tsLinks.ts";
import { parseScript, syntaxProblems } from "./tsParse.ts";

/** All facts of a TypeScript or JavaScript file. */
export function scriptFacts(file: string, text: string): CodeFacts {
  const source = parseScript(file, text);
  const { statements, ...links } = linksOf(source);
  return {
    functions: measureFunctions(source),
    ...links,
    unsafeTypes: unsafeTypesOf(source),
    tokens: tokensOf(text, { hashComments: false, skip: statements }),
    problems: syntaxProblems(source),
  };
}
