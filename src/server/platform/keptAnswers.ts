import { randomBytes } from "node:crypto";
import { ToolError } from "./errors.ts";

interface Kept<T> {
  readonly key: string;
  readonly value: T;
  readonly size: number;
  readonly until: number;
}

/** Answers of which a caller has only a part: the rest is read without asking again, which could change something. */
export interface KeptAnswers<T> {
  /** @param key what the call was: another one cannot read its answer */
  keep(key: string, value: T, size: number): string;
  find(id: string, key: string): T;
}

const keepMs = 10 * 60_000;
const mostAnswers = 20;
const mostSize = 40_000_000;

export function createKeptAnswers<T>(now: () => number): KeptAnswers<T> {
  const all = new Map<string, Kept<T>>();

  function forget(): void {
    let size = [...all.values()].reduce((sum, kept) => sum + kept.size, 0);
    for (const [id, kept] of all) {
      if (kept.until > now() && all.size <= mostAnswers && size <= mostSize) continue;
      all.delete(id);
      size -= kept.size;
    }
  }

  return {
    keep(key, value, size) {
      const id = randomBytes(9).toString("base64url");
      all.set(id, { key, value, size, until: now() + keepMs });
      forget();
      return id;
    },
    find(id, key) {
      forget();
      const kept = all.get(id);
      if (!kept) {
        throw new ToolError(
          "CONFLICT",
          "The answer of that call is no longer kept.",
          "Call again without a cursor, when it may be sent again.",
        );
      }
      if (kept.key !== key) {
        throw new ToolError(
          "INVALID_ARGUMENT",
          "The cursor belongs to another call.",
          "Pass it together with the same arguments; only select and maxTokens may be others.",
        );
      }
      return kept.value;
    },
  };
}
