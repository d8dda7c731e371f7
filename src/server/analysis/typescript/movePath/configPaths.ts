import path from "node:path/posix";
import type { TextEdit } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { keyOf } from "../ts.ts";
import { jsonStrings } from "./jsonStrings.ts";
import type { JsonString } from "./jsonStrings.ts";
import type { Moves } from "./moves.ts";
import { followedText } from "./pathPatterns.ts";
import type { PathText } from "./pathPatterns.ts";

const manifest = /(?:^|\/)package\.json$/;
const configuration = /(?:^|\/)[jt]sconfig(?:\.[^/]+)?\.json$/;

/** Whether a file's paths are those of a manifest or of the compiler's configuration. */
export function isConfig(view: View, file: string): boolean {
  return (
    manifest.test(file) || configuration.test(file) || view.configs.some(({ sources }) => sources.has(keyOf(file)))
  );
}

export interface ConfigChange {
  readonly edits: TextEdit[];
  /** Of all strings that are paths. */
  readonly understood: { readonly pos: number; readonly end: number }[];
}

/** Leads the paths of a manifest or a tsconfig to where their files will be. */
export function configEdits(view: View, moves: Moves, file: string, text: string): ConfigChange {
  const strings = jsonStrings(text);
  const folder = path.dirname(file);
  const own = { base: folder, baseAfter: path.dirname(moves.after(file)) };
  const find = manifest.test(file) ? manifestPath : configPath(aliasBase(view, moves, file, strings) ?? own);
  const edits: TextEdit[] = [];
  const understood: { pos: number; end: number }[] = [];
  for (const string of strings) {
    const found = find(string);
    if (!found) continue;
    understood.push(string.range);
    const { prefix = "", ...rest } = found;
    const asked = { ...own, ...rest, text: string.text.slice(prefix.length) };
    const newText = prefix + followedText(moves, asked);
    if (newText !== string.text) edits.push({ start: string.range.pos, end: string.range.end, newText });
  }
  return { edits, understood };
}

/** Adds a path to the patterns of a tsconfig's own `include`; nothing when it has none. */
export function includingEdit(text: string, configFile: string, target: string): TextEdit | undefined {
  const patterns = jsonStrings(text).filter(({ keys, isKey }) => !isKey && keys.join("/") === "include");
  const last = patterns.at(-1);
  if (!last) return undefined;
  const quote = last.range.pos - 1;
  const gap = /(?<=[[,])\s*$/.exec(text.slice(0, quote))?.[0] ?? "";
  const between = gap === "" && patterns.length === 1 ? " " : gap;
  const dot = last.text.startsWith("./") ? "./" : "";
  const at = last.range.end + 1;
  return { start: at, end: at, newText: `,${between}"${dot}${path.relative(path.dirname(configFile), target)}"` };
}

interface Found extends Partial<Omit<PathText, "text">> {
  /** In front of the path, such as `file:`. */
  readonly prefix?: string;
}

const scriptEndings = [".js", ".cjs", ".mjs", ".json", ".ts", ".tsx", ".d.ts", "/index.js", "/index.ts", "/index.d.ts"];
const entries = new Set([
  ...["main", "module", "types", "typings", "browser", "bin", "exports", "imports", "source", "unpkg", "jsdelivr"],
  ...["react-native", "svelte", "style", "sass", "typesVersions", "man", "directories"],
]);
const lists = new Set(["files", "sideEffects", "workspaces"]);

function manifestPath({ keys, text, isKey }: JsonString): Found | undefined {
  const [field = ""] = keys;
  // In `browser` what is replaced is a path too.
  if (isKey) return field === "browser" && text.startsWith(".") ? {} : undefined;
  if (/^(?:dev|peer|optional)?[dD]ependencies$/.test(field)) {
    const prefix = /^(?:file|link|portal):/.exec(text)?.[0];
    return prefix === undefined ? undefined : { prefix };
  }
  if (lists.has(field)) return {};
  if (!entries.has(field)) return undefined;
  const isMap = field === "exports" || field === "imports";
  if (isMap) return text.startsWith(".") ? {} : undefined;
  return { endings: scriptEndings };
}

const optionPaths = new Set(["baseUrl", "rootDir", "rootDirs", "outDir", "declarationDir", "typeRoots", "outFile"]);
const aliasEndings = [".ts", ".tsx", ".d.ts", ".js", ".jsx", "/index.ts", "/index.tsx", "/index.js", "/index.d.ts"];

function configPath(aliases: Pick<PathText, "base" | "baseAfter">) {
  return ({ keys, text, isKey }: JsonString): Found | undefined => {
    const [field, inner = "", name] = keys;
    if (isKey) return undefined;
    if (field === "extends") return text.startsWith(".") ? { endings: [".json", "/tsconfig.json"] } : undefined;
    if (field === "files" || field === "include" || field === "exclude") return {};
    if (field === "references") return inner === "path" ? {} : undefined;
    if (field !== "compilerOptions") return undefined;
    if (inner === "paths") return name === undefined ? undefined : { ...aliases, endings: aliasEndings };
    if (inner === "types") return text.startsWith(".") ? { endings: [".d.ts", ".ts"] } : undefined;
    return optionPaths.has(inner) || inner === "tsBuildInfoFile" ? {} : undefined;
  };
}

/** The folder that aliases start from, where it is not the one of the tsconfig. */
function aliasBase(view: View, moves: Moves, file: string, strings: readonly JsonString[]) {
  const own = strings.find(({ keys, isKey }) => !isKey && keys.join("/") === "compilerOptions/baseUrl");
  const project = view.projects.find(({ id }) => keyOf(id) === keyOf(file));
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- many a tsconfig has it all the same
  const base = own ? path.join(path.dirname(file), own.text) : project?.spec.options.baseUrl;
  if (base === undefined) return undefined;
  const isFolder = base === path.dirname(file);
  return { base, baseAfter: isFolder ? path.dirname(moves.after(file)) : moves.after(base) };
}
