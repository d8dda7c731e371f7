export interface Dependency {
  readonly name: string;
  /** The wanted versions, as the manifest writes them. */
  readonly range: string;
  readonly scope: "runtime" | "dev" | "peer" | "optional";
  /** As installed or locked. */
  readonly version?: string;
  /** SPDX, as the package itself says; absent: not known here. */
  readonly licence?: string;
  readonly manifest: string;
}

export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
