import { mkdir, readFile, readdir, realpath, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

interface Copy {
  /** Absolute path of the folder that was copied. */
  readonly from: string;
  /** Absolute path of its copy. */
  readonly to: string;
}

/** Folders with a dot that modules are found in. The others are caches: runners write there, and must not through a link. */
const linkedDots = new Set([".bin", ".pnpm", ".prisma"]);

/**
 * Makes a `node_modules` in a copy that links each module. It is a folder of its own: what a runner writes beside the modules
 * (.vite, .vite-temp, .vitest-cache, .cache) stays in the copy. Packages of the workspace itself lead to their copies.
 * @param modules Absolute path of the original.
 * @param target Absolute path of the new one.
 */
export async function linkModules(modules: string, target: string, copy: Copy): Promise<void> {
  const entries = await readdir(modules).catch(() => []);
  if (entries.length === 0) return;
  await mkdir(target, { recursive: true });
  for (const name of entries) {
    if (name.startsWith(".") && !linkedDots.has(name)) continue;
    const [source, link] = [path.join(modules, name), path.join(target, name)];
    const real = await realpath(source).catch(() => undefined);
    if (real === undefined) continue;
    if (name.startsWith("@")) await linkModules(real, link, copy);
    else await symlink((await copyOf(real, copy)) ?? real, link, "junction").catch(() => undefined);
  }
}

/** Folders above `folder` that have modules, the nearest last: Node looks there too. */
export async function modulesAbove(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = path.dirname(folder); at !== path.dirname(at); at = path.dirname(at)) {
    const isThere = await stat(path.join(at, "node_modules")).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (isThere) found.unshift(at);
  }
  return found;
}

/** Of a package of the workspace; none where what others import of it is built, and so not in the copy. */
async function copyOf(real: string, { from, to }: Copy): Promise<string | undefined> {
  const inside = path.relative(from, real);
  if (inside.startsWith("..") || path.isAbsolute(inside) || inside.split(path.sep).includes("node_modules")) {
    return undefined;
  }
  const folder = path.join(to, inside);
  return (await hasEntry(folder)) ? folder : undefined;
}

const Entries = z.object({ main: z.unknown(), module: z.unknown(), exports: z.unknown() }).partial();

async function hasEntry(folder: string): Promise<boolean> {
  try {
    const { main, module, exports } = Entries.parse(
      JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")),
    );
    const named = [main, module, exports].flatMap(textsIn).filter((name) => !/package\.json$|\.d\.[cm]?ts$/.test(name));
    const files = named.length === 0 ? ["index.js", "index.ts"] : named.flatMap((name) => [name, `${name}.js`]);
    for (const file of files) {
      const isThere = await stat(path.join(folder, file.split("*", 1)[0] ?? "")).then(
        () => true,
        () => false,
      );
      if (isThere) return true;
    }
  } catch {
    // Not a package that can be imported.
  }
  return false;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
