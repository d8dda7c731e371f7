import type { Component, ComponentKind } from "../syntax/components.ts";
import type { FileList } from "../../platform/listFiles.ts";
import type { Incomplete } from "../../platform/call.ts";
import type { Dependency } from "./dependency.ts";
import type { EntryPoint } from "./entryPoints.ts";
import type { Cycle, ModuleFacts } from "./graph.ts";
import type { Health } from "./health.ts";
import type { Folder } from "../files/model.ts";

export interface RepositoryQuery {
  /** Every root, with the name that its paths begin with: "" for an only root. */
  readonly roots: readonly Folder[];
  /** The folder that is asked for; absent: everything. */
  readonly folder?: Folder;
}

export interface ComponentsQuery {
  readonly roots: readonly Folder[];
  /** What is asked for; absent: everything. */
  readonly target?: Folder & { readonly isFolder: boolean };
  readonly kinds?: readonly ComponentKind[];
}

export interface ComponentsAnswer {
  readonly components: readonly (Component & { readonly path: string; readonly level: number })[];
  readonly incomplete: readonly Incomplete[];
}

export interface HotSpot {
  readonly path: string;
  /** Commits that touched it, of the last 1,000; absent without git. */
  readonly commits?: number;
  readonly complexity: number;
  readonly lines: number;
  readonly score: number;
}

export interface RepositoryAnswer {
  readonly files: number;
  readonly lines: number;
  readonly languages: { readonly language: string; readonly files: number; readonly lines: number }[];
  /** Programs without tests and generated files; functions and complexity of what has a grammar here. */
  readonly code: {
    readonly files: number;
    readonly lines: number;
    readonly functions: number;
    readonly complexity: number;
  };
  readonly tests: { readonly files: number; readonly lines: number; readonly ratio: number };
  /** Build output and code of others, which is counted and not judged. */
  readonly generated: { readonly files: number; readonly lines: number };
  /** Files and folders that were not looked at; absent for a folder of the repository, of which it is not known. */
  readonly leftOut?: FileList["leftOut"];
  readonly modules: ModuleFacts[];
  readonly cycles: Cycle[];
  readonly hotSpots: HotSpot[];
  /** Where the changes of the hot spots are from; "none": they are ranked by complexity alone. */
  readonly churn: "git" | "none";
  readonly dependencies: Dependency[];
  readonly licences: { readonly licence: string; readonly dependencies: number }[];
  readonly entryPoints: EntryPoint[];
  readonly health: Health;
  readonly incomplete: readonly Incomplete[];
}
