import { z } from "zod";
import type { Proposed } from "../../ai/ai.ts";
import { noteNotSent } from "../../platform/notSent.ts";
import { countTokens } from "../../platform/tokens.ts";
import type { ToolContext } from "../runner/context.ts";
import { impactOf, shownImpact } from "./changeFiles.ts";
import { DiagnosticsChange } from "./params.ts";

/** What a model used, as its provider reports it. */
export const usageFields = {
  model: z.string().describe("The model that wrote it"),
  inputTokens: z.int().optional().describe("As the provider reports them; absent when it does not"),
  outputTokens: z.int().optional().describe("As the provider reports them; absent when it does not"),
};

/** The answer of a tool that proposes a change by a model. */
export const proposalFields = {
  planId: z.string().describe("For apply_edits; nothing is written before"),
  expiresAt: z.string().describe("ISO time"),
  path: z.string().describe("The file that changes"),
  diff: z.string().describe("Lines that go (-) and that come (+)"),
  cut: z.literal(true).optional().describe("The diff ends early for the budget"),
  why: z.string().describe("The model's own reason; a claim, not a fact"),
  diagnostics: DiagnosticsChange,
  ...usageFields,
};

const impactMs = 20_000;

type Context = Pick<ToolContext, "analysis" | "log" | "progress" | "signal" | "workspace">;

export async function proposalAnswer(proposed: Proposed, maxTokens: number, context: Context) {
  const { plan, path, diff, why, model, inputTokens, outputTokens } = proposed;
  const impact = await impactOf(plan.changes, { scope: "reached", timeoutMs: impactMs }, context);
  const shown = await start(diff, maxTokens - 400);
  if (shown !== diff) noteNotSent("budget", diff.slice(shown.length));
  return {
    planId: plan.id,
    expiresAt: plan.expiresAt.toISOString(),
    path,
    diff: shown,
    ...(shown !== diff && { cut: true as const }),
    why,
    diagnostics: shownImpact(impact, context),
    model,
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  };
}

/** As many whole lines as fit. */
async function start(text: string, maxTokens: number): Promise<string> {
  let kept = text;
  for (let tokens = await countTokens(kept); kept !== "" && tokens > maxTokens; tokens = await countTokens(kept)) {
    const part = kept.slice(0, Math.max(0, Math.floor((kept.length * maxTokens * 0.95) / tokens)));
    kept = part.slice(0, Math.max(0, part.lastIndexOf("\n")));
  }
  return kept;
}
