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

/** A text, changed but for its code. Where code stands, the change sees a sign, so that a link with code in its label is one. */
export function outsideCode(text: string, change: (text: string) => string): string {
  const codes: string[] = [];
  // Fences and code spans stay as they are.
  const shown = text.replaceAll(
    /^ *(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:\n *\1[`~]* *$|$(?![\s\S]))|(`+)(?!`)[\s\S]*?[^`]\2(?!`)/gm,
    (code) => `\0${String(codes.push(code) - 1)}\0`,
  );
  return change(shown).replaceAll(/\0(\d+)\0/g, (_, at: string) => codes[Number(at)] ?? "");
}
