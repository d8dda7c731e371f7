import type { Progress } from "../platform/call.ts";
import type { ErrorCode } from "../platform/errors.ts";
import type { Exclusions } from "../platform/ignoreRules.ts";
import type { QualityAnswer, QualityQuery } from "./quality/answer.ts";
import type { ComponentsAnswer, ComponentsQuery, RepositoryAnswer, RepositoryQuery } from "./repository/answer.ts";
import type {
  DiagnosticsAnswer,
  DiagnosticsQuery,
  RefactorAnswer,
  RefactorQuery,
  ReferencesAnswer,
  ReferencesQuery,
  SymbolAnswer,
  SymbolsQuery,
} from "./typescript/answers.ts";
import type { Impact, ImpactQuery } from "./types.ts";

// What passes between the analysis and its worker threads. Everything is plain data.

interface Exchange<Query, Answer> {
  readonly query: Query;
  readonly answer: Answer;
}

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
  impact: Exchange<ImpactQuery, Impact>;
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
  impact: "project",
};

/**
 * Methods of which both sides keep the last answer: while nothing has changed, the thread sends a word instead of the
 * answer, and the caller gets the same object.
 */
export const keptMethods: ReadonlySet<Method> = new Set<Method>(["symbols", "references", "diagnostics"]);

/** A folder of the workspace: its name in paths and its real absolute path. */
export interface NamedRoot {
  readonly name: string;
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

/**
 * What both sides say of a call without a message, each number 0 until it is so. A message cannot arrive inside the type
 * checker, and one for each start would wake the endpoint's thread for nothing.
 */
export type CallState = Int32Array<SharedArrayBuffer>;
export const callCancelled = 0;
/** The handler runs. */
export const callStarted = 1;

export function createCallState(): CallState {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** One call; a union over the methods, so that method and query belong together. */
export type Call<M extends Method = Method> = {
  readonly [K in M]: {
    readonly kind: "call";
    readonly id: number;
    readonly method: K;
    readonly query: Methods[K]["query"];
    /** What became different in the unsaved texts since the call before it. */
    readonly unsaved?: UnsavedChanges;
    readonly state: CallState;
  };
}[M];

export type Request = Call | { readonly kind: "cancel"; readonly id: number };

export type Response =
  /** The handler of a call that was cancelled before it started runs now: the cancel must be heeded soon. */
  | { readonly kind: "started"; readonly id: number }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "partial"; readonly id: number; readonly impact: Impact }
  | { readonly kind: "result"; readonly id: number; readonly value: Methods[Method]["answer"] }
  /** The last answer of the same method once more; see `keptMethods`. */
  | { readonly kind: "same"; readonly id: number }
  | {
      readonly kind: "error";
      readonly id: number;
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly remedy: string;
        readonly details: Readonly<Record<string, unknown>>;
      };
    }
  /** A fault of ours, for the log. */
  | { readonly kind: "fault"; readonly id: number; readonly message: string; readonly stack?: string | undefined };
