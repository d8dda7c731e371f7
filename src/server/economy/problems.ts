import { z } from "zod";
import type { ToolCallRecord } from "../platform/call.ts";

/** Why the newest failed calls of this process failed. Never stored: such a sentence can name files of the workspace. */
export interface Problems {
  keep(record: Pick<ToolCallRecord, "id" | "outcome" | "outputText">): void;
  /** What happened and what to do. */
  of(id: string): string | undefined;
}

const maxKept = 1_000;

/** As `errorAnswer` of the runner writes it. */
const Failed = z.object({ error: z.object({ message: z.string(), remedy: z.string() }) });

export function createProblems(): Problems {
  const kept = new Map<string, string>();
  return {
    keep({ id, outcome, outputText }) {
      if (outcome === "ok" || outputText === "") return;
      const failed = Failed.safeParse(parsed(outputText));
      if (!failed.success) return;
      kept.set(id, `${failed.data.error.message} ${failed.data.error.remedy}`);
      const [oldest] = kept.keys();
      if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    },
    of: (id) => kept.get(id),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
