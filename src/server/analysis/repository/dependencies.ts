import path from "node:path";
import { z } from "zod";
import { installedLicences } from "./licences.ts";
import { manifestsOf } from "../files/manifests.ts";
import type { Manifest, PackageJson } from "../files/manifests.ts";
import { absoluteOf } from "../files/model.ts";
import type { Snapshot } from "../files/model.ts";
import { attempt } from "./dependency.ts";
import type { Dependency } from "./dependency.ts";
import { pythonDependencies } from "./pythonProject.ts";

const scopes = [
  ["dependencies", "runtime"],
  ["optionalDependencies", "optional"],
  ["peerDependencies", "peer"],
  ["devDependencies", "dev"],
] as const;

/** Declared dependencies of every manifest, each once per manifest, runtime ones first. */
export async function dependenciesOf(
  snapshot: Snapshot,
  packages: readonly Manifest<PackageJson>[],
): Promise<Dependency[]> {
  const found = [...(await npmDependencies(snapshot, packages)), ...(await otherDependencies(snapshot))];
  const order = ["runtime", "optional", "peer", "dev"];
  return found.sort(
    (a, b) => order.indexOf(a.scope) - order.indexOf(b.scope) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

async function npmDependencies(snapshot: Snapshot, packages: readonly Manifest<PackageJson>[]): Promise<Dependency[]> {
  const own = new Set(packages.map(({ content }) => content.name));
  const facts = installedLicences(snapshot.folders);
  const found: Dependency[] = [];
  for (const { file, content } of packages) {
    const seen = new Set<string>();
    for (const [field, scope] of scopes) {
      for (const [name, range] of Object.entries(content[field] ?? {})) {
        if (seen.has(name) || own.has(name)) continue;
        seen.add(name);
        const installed = await facts(path.dirname(absoluteOf(file)), name);
        found.push({ name, range, scope, ...installed, manifest: file.path });
      }
    }
  }
  return found;
}

const Cargo = z.looseObject({
  dependencies: z.record(z.string(), z.unknown()).optional(),
  "dev-dependencies": z.record(z.string(), z.unknown()).optional(),
});
const Version = z.union([z.string(), z.looseObject({ version: z.string() }).transform(({ version }) => version)]);

async function otherDependencies(snapshot: Snapshot): Promise<Dependency[]> {
  const { parse } = await import("smol-toml");
  const cargo = await manifestsOf(
    snapshot,
    (name) => name === "Cargo.toml",
    (text) => Cargo.safeParse(attempt(() => parse(text))).data,
  );
  const rust = cargo.flatMap(({ file, content }) =>
    (
      [
        ["dependencies", "runtime"],
        ["dev-dependencies", "dev"],
      ] as const
    ).flatMap(([field, scope]) =>
      Object.entries(content[field] ?? {}).map(([name, value]) => {
        const range = Version.safeParse(value).data ?? "*";
        return { name, range, scope, manifest: file.path };
      }),
    ),
  );
  const modules = await manifestsOf(
    snapshot,
    (name) => name === "go.mod",
    (text) => text,
  );
  const go = modules.flatMap(({ file, content }) =>
    goRequirements(content).map((one) => ({ ...one, scope: "runtime" as const, manifest: file.path })),
  );
  return [...(await pythonDependencies(snapshot)), ...rust, ...go];
}

/** Of `require`, alone or as a block; `exclude` and `replace` look the same inside. */
function goRequirements(text: string): { name: string; range: string }[] {
  const blocks = [...text.matchAll(/^\s*require\s*\(([^)]*)\)/gm)].map(([, block = ""]) => block);
  const alone = [...text.matchAll(/^\s*require\s+(?!\()(.*)$/gm)].map(([, line = ""]) => line);
  return [...blocks.flatMap((block) => block.split("\n")), ...alone].flatMap((line) => {
    const [, name, range] = /^\s*([\w.-]+\.[\w.-]+\/\S+)\s+(v\S+)/.exec(line) ?? [];
    return name === undefined || range === undefined ? [] : [{ name, range }];
  });
}
