import type { FileDiff } from "../../analysis/typescript/answers.ts";
import { noteItemsNotSent } from "../../platform/notSent.ts";
import { countTokens } from "../../platform/tokens.ts";

/** Whole files of the diff as far as they fit; the first one is cut rather than left out. */
export async function fittingDiff(diffs: readonly FileDiff[], maxTokens: number, base: object) {
  let tokens = (await countTokens(JSON.stringify(base))) + 20;
  const taken: string[] = [];
  for (const { text } of diffs) {
    const cost = await countTokens(JSON.stringify(text));
    if (tokens + cost > maxTokens) {
      if (taken.length > 0) break;
      const room = Math.max(200, Math.floor((text.length * Math.max(0, maxTokens - tokens)) / cost) - 20);
      taken.push(room < text.length ? `${text.slice(0, text.lastIndexOf("\n", room))}\n… cut` : text);
      break;
    }
    tokens += cost;
    taken.push(text);
  }
  const left = diffs.length - taken.length;
  noteItemsNotSent(
    "budget",
    diffs.slice(taken.length).map(({ text }) => text),
  );
  return { diff: taken.join("\n"), ...(left > 0 && { left }) };
}
