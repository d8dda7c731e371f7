import { TomlError, parse as parseToml } from "smol-toml";
import { LineCounter, isMap, isScalar, parseDocument } from "yaml";
import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";

/** A Langflow server with a name, as `lfx` describes it. Its key is never in the file. */
export interface Environment {
  readonly name: string;
  readonly url: string;
  /** The environment variable that contains the API key. */
  readonly keyVariable?: string;
  /** The file contains the key itself: it is not used. */
  readonly keyInFile: boolean;
}

export interface Environments {
  /** Of the file, as users see it. */
  readonly path: string;
  readonly all: readonly Environment[];
  /** The name of the one that is used when none is named. */
  readonly fallback?: string;
}

/** The content of a file, and where each thing in it stands. */
interface Content {
  readonly value: unknown;
  /** Line of a key, by the names that lead to it. */
  lineOf(...names: string[]): number | undefined;
}

/** Reads an environments file as `lfx` does; the message of a failure names file and line. */
export function parseEnvironments(path: string, text: string): Environments {
  const content = path.endsWith(".toml") ? readToml(path, text) : readYaml(path, text);
  const { value, lineOf } = content;
  if (!isMapping(value)) throw invalid({ path, line: 1, problem: "has no environments", remedy: example });
  const listed = value["environments"] ?? {};
  if (!isMapping(listed)) {
    const problem = "must list environments by name";
    throw invalid({ path, line: lineOf("environments"), problem, remedy: example });
  }
  const all = Object.entries(listed).map(([name, block]) => environmentOf({ path, content, name, block }));
  const defaults = isMapping(value["defaults"]) ? value["defaults"] : {};
  const fallback = defaults["environment"];
  return { path, all, ...(typeof fallback === "string" && fallback !== "" && { fallback }) };
}

const example = "Write `environments:`, below it a name, and below that `url:`, as `lfx init` does.";

interface Block {
  readonly path: string;
  readonly content: Content;
  readonly name: string;
  readonly block: unknown;
}

function environmentOf({ path, content: { lineOf }, name, block }: Block): Environment {
  const at = (...keys: string[]) => lineOf("environments", name, ...keys) ?? lineOf("environments", name);
  if (!isMapping(block)) {
    const problem = `must give the environment ${name} a url`;
    throw invalid({ path, line: at(), problem, remedy: `Write the address below it as \`url:\`.` });
  }
  const { url, api_key_env: variable } = block;
  if (typeof url !== "string" || url.trim() === "") {
    const problem = `has no url for the environment ${name}`;
    throw invalid({ path, line: at("url"), problem, remedy: "Write the address of Langflow as `url:`." });
  }
  if (variable !== undefined && (typeof variable !== "string" || variable.trim() === "")) {
    const problem = `has no name of a variable in api_key_env of ${name}`;
    throw invalid({ path, line: at("api_key_env"), problem, remedy: "Name the variable, or remove the line." });
  }
  return {
    name,
    url: url.trim(),
    ...(variable !== undefined && { keyVariable: variable.trim() }),
    keyInFile: variable === undefined && "api_key" in block,
  };
}

function readYaml(path: string, text: string): Content {
  const lines = new LineCounter();
  // YAML 1.1 and the last of two equal keys, as Python's library reads it.
  const document = parseDocument(text, { version: "1.1", lineCounter: lines, uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw invalid({ path, line: error.linePos?.[0].line, problem: "is not valid YAML", remedy: fix });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw invalid({ path, line: undefined, problem: "repeats itself by too many aliases", remedy: fix });
  }
  return {
    value,
    lineOf(...names) {
      let node: unknown = document.contents;
      let line: number | undefined;
      for (const name of names) {
        if (!isMap(node)) return undefined;
        const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === name);
        if (!pair || !isScalar(pair.key)) return undefined;
        line = lines.linePos(pair.key.range?.[0] ?? 0).line;
        node = pair.value;
      }
      return line;
    },
  };
}

function readToml(path: string, text: string): Content {
  try {
    const value = parseToml(text);
    return { value, lineOf: (...names) => lineInToml(text, names) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw invalid({ path, line: error.line, problem: "is not valid TOML", remedy: fix });
  }
}

/** Near enough for a message: the heading of the table, or the key below it. */
function lineInToml(text: string, names: readonly string[]): number | undefined {
  const lines = text.split("\n").map((line) => line.replaceAll(/["'\s]/g, ""));
  const [, name, key] = names;
  const heading = lines.findIndex((line) => line === `[${names.slice(0, 2).join(".")}]`);
  const start = heading === -1 ? lines.findIndex((line) => line.startsWith(`${name ?? names[0] ?? ""}=`)) : heading;
  if (start === -1) return undefined;
  const below = key === undefined ? -1 : lines.findIndex((line, at) => at > start && line.startsWith(`${key}=`));
  return (below === -1 ? start : below) + 1;
}

const fix = "Correct the file, then try again.";

interface Fault {
  readonly path: string;
  readonly line: number | undefined;
  readonly problem: string;
  readonly remedy: string;
}

function invalid({ path, line, problem, remedy }: Fault): ToolError {
  const where = line === undefined ? "" : `, line ${String(line)}`;
  return new ToolError("INVALID_ENVIRONMENTS", `${path}${where}: the file ${problem}.`, remedy);
}

const Mapping = z.record(z.string(), z.unknown());

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return Mapping.safeParse(value).success;
}
