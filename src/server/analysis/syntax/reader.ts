import type { FactsReader } from "../repository/scan.ts";
import { isScriptHolder, scriptOf } from "./scriptHolders.ts";
import { scriptFacts } from "./tsFacts.ts";
import { isScript } from "./tsParse.ts";

/** A file longer than this is data or generated code; parsing it would take seconds and a gigabyte. */
const maxScriptBytes = 4 * 1024 * 1024;

const names: Readonly<Record<string, string>> = {
  typescript: "code.ts",
  ts: "code.ts",
  typescriptreact: "code.tsx",
  tsx: "code.tsx",
  javascript: "code.js",
  js: "code.js",
  javascriptreact: "code.jsx",
  jsx: "code.jsx",
  vue: "code.vue",
  svelte: "code.svelte",
};

export function createFactsReader(): FactsReader {
  return {
    languages: ["TypeScript", "JavaScript", "Vue", "Svelte", "Astro"],
    limitOf: (file) => (isScript(file) || isScriptHolder(file) ? maxScriptBytes : 0),
    read: (file, text) => Promise.resolve(scriptFacts(file, isScriptHolder(file) ? scriptOf(file, text) : text)),
    fileNameFor: (language) => names[language.toLowerCase()],
  };
}
