export interface Commit {
  readonly id: string;
  /** As short as no other object's. */
  readonly short: string;
  /** By their short ids. */
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  /** When it was written, ISO 8601 with the author's own offset. */
  readonly date: string;
  readonly subject: string;
  /** The message below its first paragraph. */
  readonly body?: string;
  /** Branches and tags that are at this commit. */
  readonly refs?: readonly string[];
}

/** One commit a record: fields end with NUL, so no text of a message is taken for one. */
export const commitFormat = "--format=%H%x00%h%x00%p%x00%aN%x00%aE%x00%aI%x00%D%x00%s%x00%b%x00";

/** Reads commits printed with `commitFormat`. */
export function parseCommits(text: string): Commit[] {
  const fields = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + 9 < fields.length; at += 9) {
    const [id = "", short = "", parents = "", author = "", email = "", date = "", refs = "", subject = "", body = ""] =
      fields.slice(at, at + 9);
    const names = refs.split(", ").filter((name) => name !== "");
    const text = body.trim();
    commits.push({
      id: id.trim(),
      short,
      parents: parents.split(" ").filter((parent) => parent !== ""),
      author,
      email,
      date: date.replace(/Z$/, "+00:00"),
      subject,
      ...(text !== "" && { body: text }),
      ...(names.length > 0 && { refs: names }),
    });
  }
  return commits;
}

/** Lines of a file that one commit wrote, next to each other. */
export interface Blamed {
  /** Undefined for lines that are not committed yet. */
  readonly commit?: string;
  readonly author: string;
  readonly email: string;
  /** ISO 8601 with the author's own offset. */
  readonly date: string;
  readonly subject: string;
  readonly startLine: number;
  readonly endLine: number;
  /** The file had another path then. */
  readonly from?: string;
}

/** Reads `git blame --porcelain`: a commit's facts are printed where it comes first only. */
export function parseBlame(text: string, path: string): Blamed[] {
  const facts = new Map<string, Map<string, string>>();
  const groups: Blamed[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length;) {
    const [, id, line, count] = /^([0-9a-f]{40,64}) \d+ (\d+)(?: (\d+))?$/.exec(lines[at++] ?? "") ?? [];
    if (id === undefined || line === undefined) continue;
    const known = facts.get(id) ?? new Map<string, string>();
    facts.set(id, known);
    for (; at < lines.length && !(lines[at] ?? "").startsWith("\t"); at++) {
      const field = lines[at] ?? "";
      const blank = field.indexOf(" ");
      known.set(blank < 0 ? field : field.slice(0, blank), blank < 0 ? "" : field.slice(blank + 1));
    }
    at++;
    if (count === undefined) continue;
    const filename = known.get("filename");
    groups.push({
      ...(!/^0+$/.test(id) && { commit: id }),
      author: known.get("author") ?? "",
      email: (known.get("author-mail") ?? "").replace(/^<|>$/g, ""),
      date: dateOf(Number(known.get("author-time")), known.get("author-tz") ?? "+0000"),
      subject: known.get("summary") ?? "",
      startLine: Number(line),
      endLine: Number(line) + Number(count) - 1,
      ...(filename !== undefined && filename !== path && { from: filename }),
    });
  }
  return groups;
}

/** As git writes it with %aI: the clock that the author saw. */
function dateOf(seconds: number, zone: string): string {
  const [, sign = "+", hours = "00", minutes = "00"] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const clock = new Date((seconds + offset * 60) * 1000).toISOString().slice(0, 19);
  return `${clock}${sign}${hours}:${minutes}`;
}
