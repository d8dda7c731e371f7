import type { Failure } from "../../protocol/requests.ts";

/** A failure with its remedy, shown to the user as it is. */
export class UserError extends Error {
  /** Files that are read after activation have a copy of this class, and an error may come from another's. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && "isUserError" in value;
  }

  readonly isUserError = true;
  readonly code: string;
  /** The failure without its remedy, where the window offers its own. */
  readonly problem: string;
  /** Of a conflict: allows an operation to write over the state that the message describes, and no other. */
  readonly reviewed: string | undefined;

  constructor({ code, message, remedy, reviewed }: Failure) {
    super(`${message} ${remedy}`);
    this.code = code;
    this.problem = message;
    this.reviewed = reviewed;
  }
}
