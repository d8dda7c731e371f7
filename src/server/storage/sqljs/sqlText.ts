import { StorageError } from "../database.ts";

/** What a statement does to the journal. */
export type SqlKind = "begin" | "commit" | "rollback" | "read" | "write";

/** Values that differ when the statement is replayed; they must come in as parameters. */
const changing =
  /\brandom(blob)?\s*\(|\bcurrent_(time|date|timestamp)\b|\b(last_insert_rowid|changes|total_changes)\s*\(|\b(date|time|datetime|julianday|unixepoch|timediff)\s*\(\s*\)/i;
const currentTime = /'now'|\bstrftime\s*\(\s*'[^']*'\s*\)/i;

/** The statement's kind by its first word. Refuses what a replay of the journal could not repeat. */
export function kindOf(sql: string): SqlKind {
  const text = withoutComments(sql).trim();
  const word = (/^[a-z]+/i.exec(text)?.[0] ?? "").toLowerCase();
  switch (word) {
    case "begin":
      return "begin";
    case "commit":
    case "end":
      return "commit";
    case "rollback":
      if (/\bto\b/i.test(text)) throw refused("savepoints are not kept in the journal");
      return "rollback";
    case "select":
    case "values":
    case "explain":
      return "read";
    case "pragma":
      // The generation of the image lives there; any other pragma is a setting of the connection or a query.
      if (/user_version\s*[=(]/i.test(text)) throw refused("user_version belongs to the engine");
      return "read";
    case "savepoint":
    case "release":
    case "attach":
    case "detach":
    case "vacuum":
      throw refused(`${word} cannot be replayed`);
    case "with":
      // Journalling a query that was taken for a write costs a record and changes nothing.
      return /\b(insert|update|delete|replace)\b/i.test(text) ? checked(text) : "read";
    default:
      return checked(text);
  }
}

function checked(text: string): SqlKind {
  if (changing.test(withoutLiterals(text)) || currentTime.test(text)) {
    throw refused("it uses a value that differs at replay; pass it as a parameter");
  }
  return "write";
}

function refused(why: string): StorageError {
  return new StorageError("refused", `The statement is refused: ${why}.`);
}

/** Comments of SQL text removed; quoted text is left as it is. */
function withoutComments(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith("--") || part.startsWith("/*") ? " " : part,
  );
}

function withoutLiterals(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'/g, "''");
}
