import { readdir } from "node:fs/promises";
import path from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { attempt } from "./dependency.ts";
import type { Dependency } from "./dependency.ts";
import { manifestsOf } from "../files/manifests.ts";
import type { Manifest } from "../files/manifests.ts";
import type { Snapshot } from "../files/model.ts";
import { textIn } from "../../platform/openFile.ts";

const Table = z.record(z.string(), z.unknown()).optional().catch(undefined);
const Lines = z.array(z.string()).optional().catch(undefined);
const Groups = z.record(z.string(), z.array(z.unknown())).optional().catch(undefined);
const Scripts = z.record(z.string(), z.string()).optional().catch(undefined);
export const PyProject = z.looseObject({
  project: z
    .looseObject({
      dependencies: Lines,
      "optional-dependencies": Groups,
      scripts: Scripts,
      "gui-scripts": Scripts,
    })
    .optional()
    .catch(undefined),
  "dependency-groups": Groups,
  tool: z
    .looseObject({
      poetry: z
        .looseObject({ dependencies: Table, "dev-dependencies": Table, scripts: Table })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

export function pyProjectsOf(snapshot: Snapshot): Promise<Manifest<z.output<typeof PyProject>>[]> {
  return manifestsOf(
    snapshot,
    (name) => name === "pyproject.toml",
    (text) => PyProject.safeParse(attempt(() => parse(text))).data,
  );
}

/** Python's dependencies by pyproject.toml and requirements files; licences where a virtual environment is at hand. */
export async function pythonDependencies(snapshot: Snapshot): Promise<Dependency[]> {
  const found: Omit<Dependency, "version" | "licence">[] = [];
  for (const { file, content } of await pyProjectsOf(snapshot)) {
    const { project, tool } = content;
    const add = (lines: readonly unknown[], scope: Dependency["scope"]) => {
      for (const line of lines) {
        const one = typeof line === "string" ? requirement(line) : undefined;
        if (one) found.push({ ...one, scope, manifest: file.path });
      }
    };
    add(project?.dependencies ?? [], "runtime");
    for (const lines of Object.values(project?.["optional-dependencies"] ?? {})) add(lines, "optional");
    for (const lines of Object.values(content["dependency-groups"] ?? {})) add(lines, "dev");
    addPoetry(tool?.poetry?.dependencies, "runtime");
    addPoetry(tool?.poetry?.["dev-dependencies"], "dev");
    function addPoetry(table: Record<string, unknown> | undefined, scope: Dependency["scope"]) {
      for (const [name, range] of Object.entries(table ?? {})) {
        if (name === "python") continue;
        found.push({ name, range: typeof range === "string" ? range : "*", scope, manifest: file.path });
      }
    }
  }
  const isList = (name: string) => /^(?:dev-|test-)?requirements[\w.-]*\.(?:txt|in)$/.test(name);
  for (const { file, content } of await manifestsOf(snapshot, isList, (text) => text)) {
    const scope = /dev|test|lint|docs/.test(path.posix.basename(file.path)) ? "dev" : "runtime";
    for (const line of content.split("\n")) {
      const one = requirement(line);
      if (one) found.push({ ...one, scope, manifest: file.path });
    }
  }
  if (found.length === 0) return [];
  const installed = await environmentLicences(snapshot);
  return found.map((one) => ({ ...one, ...installed.get(normalized(one.name)) }));
}

/** A name is followed by nothing, by what limits it, or by pip's own options: `git+https:` is no name. */
const named = /^\s*([A-Za-z0-9][\w.-]*)(?![\w.-])(?:\[[^\]]*\])?\s*(?=$|[<>=!~;#@(,\\]|--)([^;#]*)/;
const archive = /\.(?:whl|zip|tar\.\w+|tgz)$/;
/** An address has the name at its end, or by a wheel's file name. */
const addressed = /^\s*(?:-e\s+|--editable[\s=])?([a-z+]+:\/\/[^\s#]+)(?:#(?:\S*&)?egg=([\w.-]+))?/;
const wheel = /\/([A-Za-z0-9][\w.]*)-[^/]*\.whl$/;

function requirement(line: string): { name: string; range: string } | undefined {
  const address = addressed.exec(line);
  const [, name, limits = ""] = address
    ? [line, address[2] ?? wheel.exec(address[1] ?? "")?.[1], address[1]]
    : (named.exec(line) ?? []);
  if (name === undefined || archive.test(name)) return undefined;
  const range = limits
    .replace(/^\((.*)\)\s*$/, "$1")
    // An address may contain a password.
    .replace(/:\/\/[^/@\s]*@/, "://")
    .trim()
    .slice(0, 80);
  return { name, range: range === "" ? "*" : range };
}

async function environmentLicences(snapshot: Snapshot): Promise<Map<string, { version?: string; licence?: string }>> {
  const found = new Map<string, { version?: string; licence?: string }>();
  for (const { absolute } of snapshot.folders) {
    for (const name of [".venv", "venv"]) {
      for (const packages of await sitePackages(path.join(absolute, name))) await readPackages(packages, found);
    }
  }
  return found;
}

async function sitePackages(environment: string): Promise<string[]> {
  const versions = await readdir(path.join(environment, "lib")).catch(() => []);
  return [
    ...versions.map((version) => path.join(environment, "lib", version, "site-packages")),
    path.join(environment, "Lib", "site-packages"),
  ];
}

async function readPackages(folder: string, found: Map<string, { version?: string; licence?: string }>) {
  for (const entry of await readdir(folder).catch(() => [])) {
    const match = /^(.+)-([^-]+)\.dist-info$/.exec(entry);
    if (!match?.[1] || !match[2]) continue;
    const text = (await textIn(path.join(folder, entry, "METADATA")))?.split("\n\n")[0] ?? "";
    const licence =
      /^License-Expression: (.+)$/m.exec(text)?.[1] ??
      /^Classifier: License :: (?:OSI Approved :: )?(.+)$/m.exec(text)?.[1] ??
      /^License: (.{1,60})$/m.exec(text)?.[1];
    found.set(normalized(match[1]), { version: match[2], ...(licence !== undefined && { licence: licence.trim() }) });
  }
}

/** PEP 503. */
function normalized(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}
