import type { FactsReader } from "../repository/scan.ts";
import { pythonFacts } from "./pyFacts.ts";
import { isScriptHolder, scriptOf } from "./scriptHolders.ts";
import { scriptFacts } from "./tsFacts.ts";
import { grammarFor } from "./treeSitter.ts";
import { isScript } from "./tsParse.ts";

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

export function createFactsReader(): FactsReader {
  return {
    languages: ["TypeScript", "JavaScript", "Python", "Vue", "Svelte", "Astro"],
    limitOf(file) {
      if (isScript(file) || isScriptHolder(file)) return maxScriptBytes;
      return grammarFor(file) === "python" ? maxTreeBytes : 0;
    },
    async read(file, text) {
      if (grammarFor(file) === "python") return pythonFacts(text);
      return scriptFacts(file, isScriptHolder(file) ? scriptOf(file, text) : text);
    },
    fileNameFor: (language) => names[language.toLowerCase()],
  };
}
