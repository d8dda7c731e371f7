/**
 * A change failed in the middle and could not be taken back yet: some files are new, some are as they were. What they
 * were must be kept until it is ended.
 */
export class HalfMade extends Error {
  /** Absolute paths of the change. */
  readonly files: readonly string[];

  constructor(files: readonly string[], cause: unknown) {
    super("The change was applied only in part.", { cause });
    this.name = "HalfMade";
    this.files = files;
  }
}
