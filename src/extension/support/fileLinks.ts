/** A file that a text names. */
export interface NamedFile {
  /** As the tools show it. */
  readonly path: string;
  readonly line?: number;
}

// Bounded, and each begins where it cannot begin again one character later: a long report must not take long.
const link = String.raw`!?\[[^\]\n]{0,300}\]\([^)\n]{0,300}\)`;
const code = "`(?<code>[^`\\n]{1,500})`";
const bare = String.raw`(?<![^\s"'(<|,;])(?<bare>(?:\\.|[^\s"'()<>|,;:\\${"`"}]){1,500}:\d+)(?!\w)`;
const named = new RegExp(`${link}|${code}|${bare}`, "g");

/**
 * The files that a Markdown text names: `path:line`, and in code marks a path alone too. They may exist or not.
 * What is a link already is left alone.
 */
export function filesIn(markdown: string): readonly NamedFile[] {
  const found: NamedFile[] = [];
  replaceFiles(markdown, (file, text) => {
    found.push(file);
    return text;
  });
  return found;
}

/** Replaces each file that a text names outside its code blocks. */
export function replaceFiles(markdown: string, change: (file: NamedFile, text: string) => string): string {
  let fence: string | undefined;
  return markdown
    .split("\n")
    .map((line) => {
      const mark = /^\s*(```|~~~)/.exec(line)?.[1];
      if (mark !== undefined && (fence === undefined || fence === mark)) {
        fence = fence === undefined ? mark : undefined;
        return line;
      }
      if (fence !== undefined) return line;
      return line.replace(named, (text: string, ...rest: readonly unknown[]) => {
        const groups = rest.at(-1);
        const file = isGroups(groups) ? fileIn(groups) : undefined;
        return file ? change(file, text) : text;
      });
    })
    .join("\n");
}

interface Groups {
  readonly code?: string;
  readonly bare?: string;
}

function isGroups(value: unknown): value is Groups {
  return typeof value === "object" && value !== null;
}

function fileIn({ code: inCode, bare: plain }: Groups): NamedFile | undefined {
  // In a table a bar has its backslash even in code.
  const text = inCode === undefined ? plain?.replace(/\\(.)/g, "$1") : inCode.replaceAll("\\|", "|");
  const parts = text === undefined ? undefined : /^(?<path>.*?)(?::(?<line>\d{1,7}))?(?::\d+)?$/.exec(text)?.groups;
  const path = parts?.["path"];
  if (path === undefined || path === "") return undefined;
  const line = Number(parts?.["line"]);
  return line > 0 ? { path, line } : { path };
}

/** A link that runs a command when it is clicked: a report is the word of a model. */
export function withoutCommandLinks(markdown: string): string {
  return markdown.replace(/(command:)(?=\S)/gi, "$1 ");
}
