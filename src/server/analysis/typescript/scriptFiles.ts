import { scriptOf } from "../syntax/embeddedScripts.ts";
import { ts } from "./ts.ts";

// The scripts of `.vue`, `.svelte`, `.astro` and `.mdx` files, as files of their project: each has the name of its component
// with an ending that no import can mean, and the component's text with blanks for all that is no script. An offset in one
// is the same offset in the other. Markup is not understood.

const ending = ".embedded-script.ts";
const component = /\.(?:vue|svelte|astro|mdx)$/i;

export function hasScript(path: string): boolean {
  return component.test(path);
}

/** The name by which the compiler knows a file: that of a component's script, or the same. */
export function compilerName(path: string): string {
  return hasScript(path) ? path + ending : path;
}

export function isScriptName(name: string): boolean {
  return name.endsWith(ending);
}

/** The file that a name of the compiler stands for. */
export function fileNameOf(name: string): string {
  return isScriptName(name) ? name.slice(0, -ending.length) : name;
}

/** What the compiler reads of a component's text. It is a module even without an import, or its names would be global. */
export function scriptText(path: string, text: string): string {
  return `${scriptOf(path, text)}\nexport {};\n`;
}

/** JSX where the component's text says so. */
export function scriptKind(name: string, text: string): ts.ScriptKind {
  const hasJsx = /\.mdx$/i.test(fileNameOf(name)) || /<script\b[^>]*\blang\s*=\s*["']?[jt]sx\b/i.test(text);
  return hasJsx ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}
