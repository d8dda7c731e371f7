/** Why a refactoring cannot be right: each has a remedy of its own. */
const refusalCodes = [
  "ASSIGNED_AGAIN",
  "ASSIGNS_MODULE_STATE",
  "AWAIT_IN_COMMONJS",
  "COMMENT_LOST",
  "COMPILER_FAILS",
  "DECLARED_BY_COMMENT",
  "DECLARED_OUTSIDE",
  "DEFAULT_TAKEN",
  "DEPENDS_ON_FILE",
  "DIRECTIVE_DIFFERS",
  "EXPORTS_WHOLE",
  "HAS_DECORATOR",
  "IMPORT_FORM",
  "LANGUAGE_CHANGES",
  "LOAD_CYCLE",
  "MODULE_KIND_CHANGES",
  "NAME_CAPTURED",
  "NAME_TAKEN",
  "NAMED_IN_LOOP",
  "NEEDS_BLOCK",
  "NEEDS_FUNCTION",
  "NEEDS_JSX_FILE",
  "NOT_A_MODULE",
  "NOT_ONLY_A_VALUE",
  "NOT_TYPED",
  "ORDER_CHANGES",
  "PARAMETERS_USED",
  "READS_AS_JSX",
  "RESERVED_NAME",
  "RUNS_TWICE",
  "TARGET_EXISTS",
  "THIS_DIFFERS",
  "TYPES_IN_JAVASCRIPT",
  "TYPE_LOST",
  "TYPE_NEEDED",
  "UNREACHABLE",
  "USED_AS_OBJECT",
  "USED_AS_VALUE",
  "USED_ELSEWHERE",
  "VALUE_DIFFERS",
] as const;

/** What a caller can distinguish failures by. */
export const errorCodes = [
  ...refusalCodes,
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "AMBIGUOUS",
  "CONFLICT",
  "HAS_CONFLICTS",
  "ADDS_ERRORS",
  "PATH_OUTSIDE_WORKSPACE",
  "PROTECTED_PATH",
  "SECRET_FILE",
  "BINARY_FILE",
  "TOO_LARGE",
  "NOT_A_REGULAR_FILE",
  "EGRESS_BLOCKED",
  "UNSUPPORTED_LANGUAGE",
  "NOT_READY",
  "KEY_NEEDED",
  "NOT_PERMITTED",
  "KEY_IN_FILE",
  "LOGIN_REFUSED",
  "TOO_MANY_LOGINS",
  "TLS_FAILED",
  "PASSWORD_NEEDED",
  "INVALID_ENVIRONMENTS",
  "ENVIRONMENT_NOT_NAMED",
  "INVALID_NEEDS",
  "NEEDS_MISSING",
  "SAME_SERVER",
  "OTHER_SERVER",
  "ID_NOT_WRITTEN",
  "CHANGED_ON_TARGET",
  "TOML_UNCHANGED",
  "INVALID_BUDGETS",
  "BUDGET_EXCEEDED",
  "COST_NOT_CONFIRMED",
  "FLOW_FAILED",
  "ANSWER_UNUSABLE",
  "CANCELLED",
  "INTERNAL",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** The one failure that crosses a boundary: a code, one sentence, and what to call or set next. */
export class ToolError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  /** More fields for the caller, such as the lines of an ambiguous match. Never foreign text. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, remedy: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "ToolError";
    this.code = code;
    this.remedy = remedy;
    this.details = details;
  }
}

export function cancelled(): ToolError {
  return new ToolError("CANCELLED", "The call was cancelled.", "Call again when the answer is wanted.");
}

/** Throws CANCELLED once the signal fired; called between steps of long work. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

/** The `code` of a Node system error, such as ENOENT, or "" for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
