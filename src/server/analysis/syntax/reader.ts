import type { FactsReader } from "../repository/scan.ts";
import { scriptFacts } from "./tsFacts.ts";
import { isScript } from "./tsParse.ts";

/** A file longer than this is data or generated code; parsing it would take seconds and a gigabyte. */
const maxScriptBytes = 4 * 1024 * 1024;

export function createFactsReader(): FactsReader {
  return {
    limitOf: (file) => (isScript(file) ? maxScriptBytes : 0),
    read: (file, text) => Promise.resolve(scriptFacts(file, text)),
  };
}
