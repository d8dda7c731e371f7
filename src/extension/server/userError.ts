import type { Failure } from "../../protocol/requests.ts";

/** A failure with its remedy, shown to the user as it is. */
export class UserError extends Error {
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
