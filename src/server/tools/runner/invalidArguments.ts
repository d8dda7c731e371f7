import { ToolError } from "../../platform/errors.ts";

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** The first thing that is wrong with a tool's arguments, and which arguments it has. */
export function invalidArguments(tool: string, names: readonly string[], issues: readonly Issue[]): ToolError {
  const known = names.join(", ") || "none";
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? (issue.keys ?? []) : []));
  if (unknown.length > 0) {
    const quoted = unknown.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 40)));
    return new ToolError(
      "INVALID_ARGUMENT",
      `${tool} has no argument ${quoted.join(", ")}.`,
      `Its arguments are: ${known}.`,
    );
  }
  const first = issues[0];
  const where = first && first.path.length > 0 ? first.path.map(String).join(".").slice(0, 80) : "arguments";
  return new ToolError(
    "INVALID_ARGUMENT",
    `${where}: ${first?.message ?? "not valid"}.`,
    `Arguments of ${tool}: ${known}.`,
  );
}
