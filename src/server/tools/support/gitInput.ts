import { ToolError } from "../../platform/errors.ts";
import type { ToolAnswer } from "../../platform/call.ts";
import type { ToolContext } from "../runner/context.ts";

/** The arguments of `git_operations`, with all paths in one list. */
export interface GitInput {
  readonly paths: readonly string[];
  readonly ref?: string | undefined;
  readonly staged?: boolean | undefined;
  readonly context?: number | undefined;
  readonly author?: string | undefined;
  readonly query?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly startLine?: number | undefined;
  readonly endLine?: number | undefined;
  readonly message?: string | undefined;
  readonly amend?: boolean | undefined;
  readonly name?: string | undefined;
  readonly folder?: string | undefined;
  readonly hard?: boolean | undefined;
  readonly ifHead?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly maxTokens: number;
}

export interface GitOperation {
  /** Arguments besides paths and paging that mean something to it. */
  readonly takes: readonly (keyof GitInput)[];
  readonly needs?: readonly (keyof GitInput)[];
  run(input: GitInput, context: ToolContext<"git">): Promise<ToolAnswer>;
}

const always: ReadonlySet<string> = new Set(["paths", "limit", "cursor", "maxTokens"]);

/** An argument that an operation would not heed is an error: its caller expects something from it. */
export function checkArguments(operation: string, { takes, needs = [] }: GitOperation, input: GitInput): void {
  // A form sends false for what was left alone.
  const given = Object.entries(input).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [name],
  );
  const unknown = given.find((name) => !always.has(name) && !takes.some((each) => each === name));
  if (unknown !== undefined) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${operation} takes no ${unknown}.`,
      takes.length === 0 ? "Leave it out." : `It takes ${["path", "paths", ...takes].join(", ")}.`,
    );
  }
  const missing = needs.find((name) => input[name] === undefined);
  if (missing !== undefined) throw new ToolError("INVALID_ARGUMENT", `${operation} needs ${missing}.`, "Give it.");
}

/** A needed argument, which `checkArguments` has seen. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("A needed argument of git_operations was not checked");
  return value;
}
