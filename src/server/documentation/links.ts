/** Where the links of a page lead. */
export interface Links {
  /** A line of a source; undefined where the page cannot link there. */
  source(path: string, line: number): string | undefined;
  /** A part of another page, or the page itself. */
  part(path: string, id?: string): string | undefined;
  /** A relative link in a comment of a source. */
  ofAuthor(from: string, target: string): string | undefined;
  /** What makes a part of the page a target. */
  anchor(id: string): string;
  /** Lines are named: what is kept changes with every line above otherwise. */
  readonly hasLines: boolean;
}

/** From pages that are not written: to the sources, by their paths from the root. */
export function sourceLinks(address: (path: string) => string): Links {
  const withoutLine = (path: string) => address(path);
  return {
    source: (path, line) => `${withoutLine(path)}#L${String(line)}`,
    part: () => undefined,
    ofAuthor: (from, target) => {
      const [path = "", hash = ""] = target.split(/(?=#)/, 2);
      if (path === "") return undefined;
      return `${joined(from, path)}${hash}`;
    },
    anchor: () => "",
    hasLines: true,
  };
}

/** A path that stands in a file, from the root. */
export function joined(from: string, target: string): string {
  const parts = target.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** How one path is reached from the file of another. */
export function relativePath(from: string, to: string): string {
  const [start, end] = [from.split("/").slice(0, -1), to.split("/")];
  let common = 0;
  while (common < start.length && common < end.length - 1 && start[common] === end[common]) common++;
  return [...start.slice(common).map(() => ".."), ...end.slice(common)].join("/");
}
