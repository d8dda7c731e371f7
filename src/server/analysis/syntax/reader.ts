import type { FileReader, Readers } from "../repository/scan.ts";
import type { Component } from "./components.ts";
import { packLinks } from "./facts.ts";
import type { CodeFacts, KeptFacts } from "./facts.ts";
import { pythonFacts } from "./pyFacts.ts";
import { hasEmbeddedScript, scriptOf } from "./embeddedScripts.ts";
import { scriptFacts } from "./tsFacts.ts";
import { treeComponents } from "./treeComponents.ts";
import { scriptComponents } from "./tsComponents.ts";
import { grammarFor } from "./treeSitter.ts";
import { isScript, parseScript } from "./tsParse.ts";

/** A file longer than this is data or generated code; parsing it would take seconds and a gigabyte. */
const maxScriptBytes = 4 * 1024 * 1024;
const maxTreeBytes = 1024 * 1024;

const names: Readonly<Record<string, string>> = {
  typescript: "code.ts",
  ts: "code.ts",
  typescriptreact: "code.tsx",
  tsx: "code.tsx",
  javascript: "code.js",
  js: "code.js",
  javascriptreact: "code.jsx",
  jsx: "code.jsx",
  python: "code.py",
  py: "code.py",
  vue: "code.vue",
  svelte: "code.svelte",
};

function createFactsReader(): FileReader<KeptFacts> {
  return {
    languages: ["TypeScript", "JavaScript", "Python", "Vue", "Svelte", "Astro"],
    limitOf(file) {
      if (isScript(file) || hasEmbeddedScript(file)) return maxScriptBytes;
      return grammarFor(file) === "python" ? maxTreeBytes : 0;
    },
    async read(file, text) {
      if (grammarFor(file) === "python") return compactFacts(await pythonFacts(text));
      return compactFacts(scriptFacts(file, hasEmbeddedScript(file) ? scriptOf(file, text) : text));
    },
    fileNameFor: (language) => names[language.toLowerCase()],
  };
}

/** Components are parsed for by themselves: few callers want them, and they are many. */
function createComponentsReader(): FileReader<readonly Component[]> {
  return {
    languages: [
      "TypeScript",
      "JavaScript",
      "Python",
      "Go",
      "Java",
      "Rust",
      "C#",
      "Ruby",
      "PHP",
      "C",
      "C++",
      "Vue",
      "Svelte",
    ],
    limitOf(file) {
      if (isScript(file) || hasEmbeddedScript(file)) return maxScriptBytes;
      return grammarFor(file) ? maxTreeBytes : 0;
    },
    async read(file, text) {
      const grammar = grammarFor(file);
      if (grammar) return treeComponents(grammar, file, text);
      return scriptComponents(parseScript(file, hasEmbeddedScript(file) ? scriptOf(file, text) : text));
    },
    fileNameFor: () => undefined,
  };
}

function compactFacts({ tokens, functions, unsafeTypes, problems, ...links }: CodeFacts): KeptFacts {
  return {
    functions: compact(functions),
    links: packLinks(links),
    unsafeTypes: compact(unsafeTypes),
    tokens,
    problems: compact(problems),
  };
}

const none: readonly never[] = [];

/**
 * A copy of what is kept for each file. A name that was cut out of a file's text keeps that whole text in memory, and what
 * was built step by step has room for more: together half a gigabyte of 100,000 files.
 */
function compact<Fact>(facts: readonly Fact[]): readonly Fact[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- plain data
  return facts.length === 0 ? none : (JSON.parse(JSON.stringify(facts)) as Fact[]);
}

export function createReaders(): Readers {
  return { facts: createFactsReader(), components: createComponentsReader() };
}
