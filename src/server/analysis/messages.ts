import type { ErrorCode } from "../platform/errors.ts";

/** What passes between the analysis door and its worker. Everything is plain data. */
export interface RepositoryQuery {
  /** Absolute folders. */
  readonly folders: readonly string[];
}

export interface LanguageCount {
  readonly language: string;
  readonly files: number;
  readonly lines: number;
}

export interface RepositoryAnswer {
  readonly files: number;
  readonly lines: number;
  readonly languages: LanguageCount[];
  readonly complete: boolean;
}

export type Request =
  | { readonly kind: "call"; readonly id: number; readonly method: "repository"; readonly query: RepositoryQuery }
  | { readonly kind: "cancel"; readonly id: number };

export type Response =
  | {
      readonly kind: "progress";
      readonly id: number;
      readonly progress: { done: number; total?: number; message: string };
    }
  | { readonly kind: "result"; readonly id: number; readonly value: RepositoryAnswer }
  | {
      readonly kind: "error";
      readonly id: number;
      readonly error: { code: ErrorCode; message: string; remedy: string };
    };
