import type { Answer, Failure } from "../../protocol/requests.ts";

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

/** The value of an answer; a failure is thrown for the command's one catch. */
export function valueOf<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new UserError(answer.error);
}
