import type { Failure } from "../../protocol/requests.ts";

/** A failure with its remedy, shown to the user as it is. */
export class UserError extends Error {
  readonly code: string;
  /** The failure without its remedy, where the window offers its own. */
  readonly problem: string;

  constructor({ code, message, remedy }: Failure) {
    super(`${message} ${remedy}`);
    this.code = code;
    this.problem = message;
  }
}
