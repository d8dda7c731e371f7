import { z } from "zod";
import { PartlyApplied, Rejected } from "../../platform/decision.ts";
import type { Applied } from "../../workspace/edits/edits.ts";

/** What the user of an editor decided about a change, for the output schema of a tool that asks them. */
export const decisionFields = {
  outcome: z
    .enum(["accepted", "partly accepted", "rejected"])
    .describe("What the user decided in VS Code; accepted where nobody is asked. Rejected: nothing was changed"),
  leftOut: z.array(z.string()).optional().describe("Files that lack a part or all of the change, when partly accepted"),
  comment: z.string().optional().describe("Why it was rejected, in the user's words"),
};

const mostLeftOut = 100;

export interface Decided<Made> {
  /** What was made; none when rejected. */
  readonly made?: Made | Applied;
  readonly decision: {
    readonly outcome: "accepted" | "partly accepted" | "rejected";
    readonly leftOut?: string[];
    readonly comment?: string;
  };
}

/** The user's answer is an answer of the tool: Langflow ends a flow whose tool fails. */
export async function decided<Made>(
  work: () => Promise<Made>,
  { workspace }: { readonly workspace: { displayPath(absolute: string): string } },
): Promise<Decided<Made>> {
  try {
    return { made: await work(), decision: { outcome: "accepted" } };
  } catch (error) {
    if (error instanceof Rejected) {
      const { comment } = error;
      return { decision: { outcome: "rejected", ...(comment !== undefined && { comment }) } };
    }
    if (!(error instanceof PartlyApplied)) throw error;
    const leftOut = error.left.slice(0, mostLeftOut).map((file) => workspace.displayPath(file));
    return { made: error.applied, decision: { outcome: "partly accepted", leftOut } };
  }
}
