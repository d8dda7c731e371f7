import type { Incomplete } from "../../../platform/call.ts";
import type { View } from "../engine.ts";

interface Group {
  readonly reason: string;
  readonly files: ReadonlySet<string>;
}

const maxNamed = 3;

/** One entry for each reason: an answer lists ten, and what is left out for one reason can be a thousand files. */
export function grouped(view: View, groups: readonly Group[]): Incomplete[] {
  return groups.flatMap(({ reason, files }): Incomplete[] => {
    const paths = [...files].map((file) => view.displayPath(file)).sort();
    const [first] = paths;
    if (first === undefined) return [];
    if (paths.length === 1) return [{ path: first, reason }];
    const folder = commonFolder(paths);
    const left = paths.length - maxNamed;
    const shown = paths.slice(0, maxNamed).map((each) => each.slice(folder === "" ? 0 : folder.length + 1));
    const names = [...shown, ...(left > 0 ? [`${String(left)} more`] : [])];
    const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
    return [{ path: folder === "" ? "." : folder, reason: `${String(paths.length)} files, ${list}: ${reason}` }];
  });
}

function commonFolder([first = "", ...others]: readonly string[]): string {
  const parts = first.split("/").slice(0, -1);
  while (parts.length > 0 && others.some((each) => !each.startsWith(`${parts.join("/")}/`))) parts.pop();
  return parts.join("/");
}
