/** How much of a call was about a file. */
export interface FileWeight {
  /** As the tool names it; "" for the files that are not listed. */
  readonly path: string;
  /** Characters of JSON. */
  readonly weight: number;
}

/** As many as a call lists; the rest is one entry without a path. */
const maxFiles = 100;

/**
 * The files that a call was about, by its arguments and its answer in JSON: each entry of the answer with a path counts
 * for that file. An answer without one is about the path of the arguments when it is a file that was read or written,
 * which has a version or can be undone.
 */
export function filesOfCall(inputText: string, outputText: string): readonly FileWeight[] {
  const answer = parsed(outputText);
  const weights = new Map<string, number>();
  collect(answer, weights);
  if (weights.size === 0 && isObject(answer) && ("etag" in answer || "undoId" in answer)) {
    const given = parsed(inputText);
    const path = isObject(given) ? given["path"] : undefined;
    if (typeof path === "string") weights.set(path, inputText.length + outputText.length);
  }
  const files = [...weights].map(([path, weight]) => ({ path, weight })).sort((a, b) => b.weight - a.weight);
  if (files.length <= maxFiles) return files;
  const left = files.slice(maxFiles).reduce((sum, { weight }) => sum + weight, 0);
  return [...files.slice(0, maxFiles), { path: "", weight: left }];
}

function collect(value: unknown, weights: Map<string, number>): void {
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) collect(item, weights);
    return;
  }
  if (!isObject(value)) return;
  const { path } = value;
  if (typeof path === "string") {
    if (isAboutFile(value)) weights.set(path, (weights.get(path) ?? 0) + JSON.stringify(value).length);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (name === "files" && Array.isArray(inner)) {
      for (const file of inner as unknown[]) {
        if (typeof file === "string") weights.set(file, (weights.get(file) ?? 0) + file.length);
      }
    }
    collect(inner, weights);
  }
}

/** Not a folder of a listing, not one that counts its files, and not what an answer does not cover. */
function isAboutFile(entry: Readonly<Record<string, unknown>>): boolean {
  return entry["kind"] !== "directory" && typeof entry["files"] !== "number" && typeof entry["reason"] !== "string";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
