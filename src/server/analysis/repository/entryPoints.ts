import { isGenerated } from "../../platform/fileKinds.ts";
import { joinPath } from "../files/manifests.ts";
import type { Manifest, PackageJson } from "../files/manifests.ts";
import type { Graph } from "./graph.ts";
import type { Snapshot } from "../files/model.ts";
import { pyProjectsOf } from "./pythonProject.ts";
import { isRecord, leaves, targetsOf } from "./resolveScript.ts";

export interface EntryPoint {
  readonly kind: "main" | "bin" | "export" | "script" | "console script" | "module run";
  /** The command, export or script name. */
  readonly name: string;
  /** The source file where it is found here; else what the manifest says. */
  readonly path: string;
}

/** Where the programs and packages of the repository begin. */
export async function entryPointsOf(snapshot: Snapshot, graph: Graph): Promise<EntryPoint[]> {
  const found: EntryPoint[] = [];
  const packages = [...graph.packages].sort((a, b) => a.folder.split("/").length - b.folder.split("/").length);
  for (const one of packages) found.push(...packageEntries(one, graph));
  for (const { content, folder } of await pyProjectsOf(snapshot)) {
    const scripts = {
      ...content.project?.scripts,
      ...content.project?.["gui-scripts"],
      ...content.tool?.poetry?.scripts,
    };
    for (const [name, target] of Object.entries(scripts)) {
      if (typeof target !== "string") continue;
      found.push({ kind: "console script", name, path: pythonFile(snapshot, folder, target) ?? target });
    }
  }
  for (const { path, name } of snapshot.files) {
    if (/(?:^|\/)(?:__main__|manage)\.py$/.test(name)) found.push({ kind: "module run", name, path });
  }
  const seen = new Set<string>();
  return found.filter(({ kind, name, path }) => {
    const key = `${kind}\0${name}\0${path}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Files that a package exports by a pattern. */
export function exportedByPattern({ packages, scripts }: Graph): { readonly path: string }[] {
  return packages.flatMap(({ folder, content }) =>
    exportPatterns(content.exports).flatMap(([, target]) =>
      [...scripts.sourcesOf(folder, target)].map((path) => ({ path })),
    ),
  );
}

function packageEntries({ folder, content, file }: Manifest<PackageJson>, { scripts }: Graph): EntryPoint[] {
  const location = (target: string) => scripts.sourceOf(folder, target) ?? joinPath(folder, target);
  const isSource = (target: string) => !isGenerated(scripts.sourceOf(folder, target) ?? target);
  const entries: EntryPoint[] = [];
  const label = content.name ?? (folder || "package");
  const mains = [content.main, content.module, content.types].filter((one) => one !== undefined);
  const main = mains.find((one) => isSource(one)) ?? mains[0];
  if (main !== undefined) entries.push({ kind: "main", name: label, path: location(main) });
  const bins = typeof content.bin === "string" ? { [label]: content.bin } : (content.bin ?? {});
  for (const [name, target] of Object.entries(bins)) entries.push({ kind: "bin", name, path: location(target) });
  for (const key of exportKeys(content.exports)) {
    const targets = targetsOf(content.exports, key);
    const target = targets.find((one) => isSource(one)) ?? targets[0];
    if (target !== undefined && !target.endsWith("package.json")) {
      entries.push({ kind: "export", name: key, path: location(target) });
    }
  }
  // One entry for all its files, which can be those of the whole package.
  for (const [name, target] of exportPatterns(content.exports)) {
    entries.push({ kind: "export", name, path: joinPath(folder, target) });
  }
  for (const name of ["start", "dev", "serve"]) {
    const command = content.scripts?.[name];
    if (command === undefined) continue;
    const target = /(?:^|\s)(\.?[\w./-]+\.[cm]?[jt]sx?)(?:\s|$)/.exec(command)?.[1];
    const source = target === undefined ? undefined : scripts.sourceOf(folder, target);
    entries.push({ kind: "script", name, path: source ?? file.path });
  }
  return entries;
}

function exportKeys(exports: unknown): string[] {
  if (!isRecord(exports)) return leaves(exports).length ? ["."] : [];
  const keys = Object.keys(exports);
  return keys.some((key) => key.startsWith(".")) ? keys.filter((key) => !key.includes("*")) : ["."];
}

/** Exports of many files, such as `"./*": "./lib/*.js"`, each with the paths that it gives. */
function exportPatterns(exports: unknown): [key: string, target: string][] {
  const patterns = isRecord(exports) ? Object.entries(exports).filter(([key]) => key.includes("*")) : [];
  return patterns.flatMap(([key, value]) =>
    leaves(value)
      .filter((target) => target.includes("*"))
      .map((target): [string, string] => [key, target]),
  );
}

/** `package.module:function` → its file. */
function pythonFile(snapshot: Snapshot, folder: string, target: string): string | undefined {
  const module = (target.split(":")[0] ?? "").replaceAll(".", "/");
  const files = new Set(snapshot.files.map(({ path }) => path));
  return ["", "src"]
    .flatMap((base) => [`${module}.py`, `${module}/__init__.py`].map((file) => joinPath(joinPath(folder, base), file)))
    .find((file) => files.has(file));
}
