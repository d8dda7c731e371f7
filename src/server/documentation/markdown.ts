/** A fence longer than any in the text. */
export function fenced(text: string, language = "ts"): string {
  const fence = "`".repeat(Math.max(3, longestTicks(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text between backticks, more of them than it has itself. */
export function code(text: string): string {
  const ticks = "`".repeat(longestTicks(text) + 1);
  const space = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${ticks}${space}${text}${space}${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}

/** A name as Markdown shows it, in a heading, a link or a cell of a table. */
export function escaped(name: string): string {
  return name.replace(/[\\`*_[\]<>#|~&]/g, "\\$&");
}

/** The target of a link. */
export function address(path: string): string {
  return encodeURI(path).replace(/[#?()]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** An item of a list: what has several lines stays in it. */
export function item(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  return [`- ${first}`, ...rest.map((line) => (line === "" ? "" : `  ${line}`))].join("\n");
}

/** The part of a text that is no code, changed. */
export function outsideCode(text: string, change: (part: string) => string): string {
  // Fences and code spans stay as they are.
  const parts = text.split(
    /(^ *(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:\n *\2[`~]* *$|$(?![\s\S]))|(`+)(?!`)[\s\S]*?[^`]\3(?!`))/m,
  );
  let changed = "";
  // A match gives its whole and the two groups for its ends.
  for (let at = 0; at < parts.length; at += 4) changed += change(parts[at] ?? "") + (parts[at + 1] ?? "");
  return changed;
}
