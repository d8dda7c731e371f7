import path from "node:path";
import type { Analysis } from "../analysis/analysis.ts";
import type { CallOptions } from "../analysis/types.ts";
import { ToolError } from "../platform/errors.ts";
import { redactSecrets } from "../platform/redact.ts";
import { countTokens } from "../platform/tokens.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Code that a model is asked about. */
export interface Material {
  /** As callers see it. */
  readonly path: string;
  readonly absolute: string;
  /** What is sent, in words and fences. */
  readonly text: string;
  /** Of the whole file, as it was read. */
  readonly etag: string;
  readonly unsaved: boolean;
  /** A part of the file was left out, since the file is too large. */
  readonly isPart: boolean;
}

export interface Asked {
  readonly path: string;
  /** Of the file; the whole file when left out. */
  readonly symbol?: string | undefined;
}

/** More is dear, and models lose what stands in the middle of it. */
const mostTokens = 24_000;
const contextLines = 60;

interface Deps {
  readonly workspace: Pick<Workspace, "read">;
  readonly analysis: Pick<Analysis, "symbols">;
}

export async function materialOf(asked: Asked, { workspace, analysis }: Deps, options: CallOptions): Promise<Material> {
  const { location, document } = await workspace.read(asked.path);
  // The same masks as in read_file: a key in the code is not for a provider.
  const text = redactSecrets(document.text);
  const { displayPath, absolute } = location;
  const facts = { path: displayPath, absolute, etag: document.etag, unsaved: document.unsaved };
  const part = asked.symbol === undefined ? undefined : await partOf(asked.symbol, { absolute, analysis, options });
  const whole = `File ${displayPath}:\n${fenced(text, displayPath)}`;
  const about = part ? `\n\nThe question is about ${part.symbol}, from line ${String(part.line)} on.` : "";
  if ((await countTokens(whole)) <= mostTokens) return { ...facts, text: whole + about, isPart: false };
  const start = text.split("\n").slice(0, contextLines).join("\n");
  const body = part && redactSecrets(part.body);
  const cut = `Start of the file ${displayPath}:\n${fenced(start, displayPath)}\n\n${String(part?.symbol)}, from line ${String(part?.line)} on:\n${fenced(body ?? "", displayPath)}`;
  if (body !== undefined && (await countTokens(cut)) <= mostTokens) return { ...facts, text: cut, isPart: true };
  throw new ToolError(
    "TOO_LARGE",
    `${displayPath} is too large to be sent to a model at once.`,
    asked.symbol === undefined ? "Name one symbol of it." : "Name a smaller symbol.",
  );
}

interface PartQuery {
  readonly absolute: string;
  readonly analysis: Pick<Analysis, "symbols">;
  readonly options: CallOptions;
}

async function partOf(symbol: string, { absolute, analysis, options }: PartQuery) {
  const found = await analysis.symbols({ query: symbol, path: absolute, include: ["body"] }, options);
  const names = found.symbols.map((each) => each.symbol);
  const exact = found.symbols.find((each) => each.symbol === symbol || each.symbol.endsWith(`#${symbol}`));
  const only = exact ?? (found.symbols.length === 1 ? found.symbols[0] : undefined);
  if (only) return { symbol: only.symbol, line: only.line, body: only.body ?? "" };
  const closest = [...names, ...(found.closest ?? [])].slice(0, 10);
  throw new ToolError(
    names.length > 1 ? "AMBIGUOUS" : "NOT_FOUND",
    names.length > 1 ? `${symbol} names several symbols of the file.` : `There is no symbol ${symbol} in the file.`,
    "Take one of `closest`, or leave `symbol` out for the whole file.",
    { closest },
  );
}

/** A fence longer than any in the text. */
export function fenced(text: string, file: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${path.extname(file).slice(1)}\n${text.replace(/\n$/, "")}\n${fence}`;
}
