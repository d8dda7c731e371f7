import { realpath } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { fromJson } from "../files/manifests.ts";
import type { Folder } from "../files/model.ts";
import { textIn } from "../../platform/openFile.ts";

export interface Installed {
  readonly version?: string;
  readonly licence?: string;
}

const Licence = z
  .union([
    z.string(),
    z.looseObject({ type: z.string() }).transform(({ type }) => type),
    z.array(z.looseObject({ type: z.string() })).transform((all) => all.map(({ type }) => type).join(" OR ")),
  ])
  .optional()
  .catch(undefined);
const Package = z.looseObject({
  version: z.string().optional().catch(undefined),
  license: Licence,
  licenses: Licence,
});
const Lock = z.looseObject({ packages: z.record(z.string(), Package).optional().catch(undefined) });
const maxLockBytes = 32 * 1024 * 1024;

/** Version and licence of an npm package as it is installed, else as package-lock.json has it. */
export function installedLicences(folders: readonly Folder[]): (folder: string, name: string) => Promise<Installed> {
  const locks = new Map<string, z.output<typeof Lock> | undefined>();

  async function lockIn(folder: string) {
    if (!locks.has(folder)) locks.set(folder, await readLock(path.join(folder, "package-lock.json")));
    return locks.get(folder)?.packages;
  }

  return async (folder, name) => {
    if (!/^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*$/.test(name)) return {};
    const root = folders.map(({ absolute }) => absolute).find((one) => isInside(one, folder));
    if (root === undefined) return {};
    for (let at = folder; isInside(root, at); at = path.dirname(at)) {
      const installed = await readInside(root, path.join(at, "node_modules", name, "package.json"));
      const known = installed ?? (await lockIn(at))?.[`node_modules/${name}`];
      if (known) return installedOf(known);
      if (at === root) break;
    }
    return {};
  };
}

function installedOf({ version, license, licenses }: z.output<typeof Package>): Installed {
  const licence = (license ?? licenses)?.slice(0, 80);
  return { ...(version !== undefined && { version }), ...(licence !== undefined && { licence }) };
}

/** A link in node_modules may lead anywhere; only what is inside the workspace is read. */
async function readInside(root: string, file: string) {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined || !isInside(root, real)) return undefined;
  return Package.safeParse(fromJson((await textIn(real)) ?? "")).data;
}

async function readLock(file: string) {
  return Lock.safeParse(fromJson((await textIn(file, maxLockBytes)) ?? "")).data;
}

export function isInside(folder: string, candidate: string): boolean {
  const relative = path.relative(folder, candidate);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
