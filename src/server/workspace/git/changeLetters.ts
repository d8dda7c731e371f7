/** What happened to a file, in words. */
export type Change = "added" | "modified" | "deleted" | "renamed" | "copied" | "type changed";

/** Git's own letters for it. */
export const changeLetters: Readonly<Record<string, Change>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "type changed",
};
