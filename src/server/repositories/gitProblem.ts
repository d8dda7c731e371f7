import { ToolError } from "../platform/errors.ts";
import type { GitAnswer } from "../platform/git.ts";

/** A failure of git as a sentence about the other side. Its own words are of the machine, and in English since we set its language. */
export function gitProblem({ stderr, cut }: Pick<GitAnswer, "stderr" | "cut">, host: string): ToolError {
  if (cut === "late" || /operation too slow|timed out/i.test(stderr)) {
    return new ToolError("NOT_READY", `${host} was too slow.`, "Call again: it goes on where it was.");
  }
  if (/could not resolve host/i.test(stderr)) {
    return new ToolError("NOT_FOUND", `There is no host ${host}.`, "Check the address.");
  }
  if (/not found|does not exist|does not appear to be a git repository|repository not exported/i.test(stderr)) {
    return new ToolError(
      "NOT_FOUND",
      "There is no repository at this address.",
      "Check the address, and that you may read it.",
    );
  }
  if (/authentication failed|could not read (username|password)|permission denied|HTTP 40[13]/i.test(stderr)) {
    return new ToolError(
      "NOT_PERMITTED",
      `${host} wants a login.`,
      "Log in with git in a terminal, so that its credential helper knows it, then call again.",
    );
  }
  if (/not our ref|unadvertised object|remote error: upload-pack/i.test(stderr)) {
    return new ToolError("NOT_FOUND", "The repository has no such commit.", "Give a branch or a tag.");
  }
  if (/No space left/i.test(stderr)) {
    return new ToolError("NOT_READY", "The disk is full.", "Free space, then call again: it goes on where it was.");
  }
  const line = stderr.split(/[\n\r]/).find((each) => /^(fatal|error): /.test(each)) ?? "";
  const said = line.replace(/^(fatal|error): /, "").slice(0, 200);
  return new ToolError(
    "NOT_READY",
    `git could not bring the repository${said === "" ? "" : `: ${said}`}.`,
    "Look at the address and the network, then call again: it goes on where it was.",
  );
}
