import type { Exclusions } from "../platform/ignoreRules.ts";
import type { Exchange } from "../platform/threads/protocol.ts";
import type { QualityAnswer, QualityQuery } from "./quality/answer.ts";
import type { ComponentsAnswer, ComponentsQuery, RepositoryAnswer, RepositoryQuery } from "./repository/answer.ts";
import type {
  DiagnosticsAnswer,
  DiagnosticsQuery,
  CommentsAnswer,
  CommentsQuery,
  ExportsAnswer,
  ExportsQuery,
  FaultsQuery,
  RefactorAnswer,
  RefactorQuery,
  ReferencesAnswer,
  ReferencesQuery,
  SeededFault,
  SymbolAnswer,
  SymbolsQuery,
} from "./typescript/answers.ts";
import type { Impact, ImpactQuery } from "./types.ts";

// What passes between the analysis and its worker threads. Everything is plain data.

/** Repository-wide scans: they take long and share no state, so they have a thread of their own. */
export interface ScanMethods {
  repository: Exchange<RepositoryQuery, RepositoryAnswer>;
  quality: Exchange<QualityQuery, QualityAnswer>;
  components: Exchange<ComponentsQuery, ComponentsAnswer>;
}

/** Questions to the TypeScript engine, which keeps the projects warm; answered one after the other. */
export interface ProjectMethods {
  symbols: Exchange<SymbolsQuery, SymbolAnswer>;
  references: Exchange<ReferencesQuery, ReferencesAnswer>;
  diagnostics: Exchange<DiagnosticsQuery, DiagnosticsAnswer>;
  refactor: Exchange<RefactorQuery, RefactorAnswer>;
  comments: Exchange<CommentsQuery, CommentsAnswer>;
  impact: Exchange<ImpactQuery, Impact>;
  exports: Exchange<ExportsQuery, ExportsAnswer>;
  faults: Exchange<FaultsQuery, readonly SeededFault[]>;
}

/** Every question that the analysis takes. A new one is a line here, in `threadOf`, in analysis.ts and in a handler table. */
export interface Methods extends ScanMethods, ProjectMethods {}
export type Method = keyof Methods;

export type Thread = "scan" | "project";

export const threadOf: { readonly [M in Method]: M extends keyof ScanMethods ? "scan" : "project" } = {
  repository: "scan",
  symbols: "project",
  references: "project",
  diagnostics: "project",
  quality: "scan",
  refactor: "project",
  components: "scan",
  comments: "project",
  impact: "project",
  exports: "project",
  faults: "project",
};

/**
 * Methods of which both sides keep the last answer: while nothing has changed, the thread sends a word instead of the
 * answer, and the caller gets the same object.
 */
export const keptMethods: ReadonlySet<Method> = new Set<Method>(["symbols", "references", "diagnostics"]);

/** A folder of the workspace: its name in paths and its real absolute path. */
export interface NamedRoot {
  /** What paths in it begin with; "" for an only root. */
  readonly prefix: string;
  readonly path: string;
}

/** What a worker thread is started with. */
export interface ThreadData {
  readonly thread: Thread;
  readonly roots: readonly NamedRoot[];
  /** What scans leave out. */
  readonly exclusions: Exclusions;
}

/** Of the texts that the editor has and the disk does not: a thread gets each of them once. */
export interface UnsavedChanges {
  /** Texts that are new or different, by absolute path. */
  readonly set: ReadonlyMap<string, string>;
  readonly closed: readonly string[];
}

/** An answer of a kept method under its number. */
export interface Kept {
  readonly value: Methods[Method]["answer"];
  readonly number: number;
}

/** The methods as they pass: the query with what became different in the unsaved texts since the call before it. */
export type Calls = {
  readonly [M in Method]: Exchange<
    {
      readonly query: Methods[M]["query"];
      readonly unsaved?: UnsavedChanges;
      /** Number of the answer that the asking side has: a call that was cancelled took none in. */
      readonly has?: number;
    },
    /** "same": the answer that the asking side has, once more; see `keptMethods`. */
    { readonly value: Methods[M]["answer"]; readonly number?: number } | "same",
    Impact
  >;
};
