import { homedir } from "node:os";
import path from "node:path";
import type { Root } from "./roots.ts";

const flags = process.platform === "win32" ? "gi" : "g";

/**
 * Words for a client without the folders of this machine: compilers put absolute paths into their messages and types.
 * What is in a root gets its display path; of what is around the roots or in the user's home only the last name stays.
 */
export function createDisplayText(roots: readonly Root[]): (text: string) => string {
  const inside = [...roots]
    .filter((root) => !isTop(root.path))
    .sort((a, b) => b.path.length - a.path.length)
    .map((root) => ({
      pattern: new RegExp(`${startOf(root.path)}(?:([/\\\\])|(?![\\w.-]))`, flags),
      folder: root.prefix || ".",
      prefix: root.prefix === "" ? "" : `${root.prefix}/`,
    }));
  const around = new Set([...roots.flatMap((root) => foldersAbove(root.path)), homedir()]);
  const outside = [...around]
    .filter((folder) => !isTop(folder))
    .map((folder) => new RegExp(`${startOf(folder)}(?:[/\\\\][^\\s"'\`<>()|]*|(?![\\w.-]))`, flags));
  return (text) => {
    if (!/[/\\]/.test(text)) return text;
    const named = inside.reduce(
      (rest, { pattern, folder, prefix }) =>
        rest.replace(pattern, (_found, slash?: string) => (slash === undefined ? folder : prefix)),
      text,
    );
    return outside.reduce((rest, pattern) => rest.replace(pattern, (found) => `…/${lastName(found)}`), named);
  };
}

/** The folder at the start of a path: "/work" is not in "/home/work". */
function startOf(folder: string): string {
  return `(?<![\\w.-])${folder.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("/", "[/\\\\]")}`;
}

function foldersAbove(folder: string): string[] {
  const above: string[] = [];
  for (let at = path.dirname(folder); !isTop(at); at = path.dirname(at)) above.push(at);
  return above;
}

function isTop(folder: string): boolean {
  return folder === path.dirname(folder);
}

function lastName(found: string): string {
  return found.split(/[/\\]/).filter(Boolean).at(-1) ?? "";
}
