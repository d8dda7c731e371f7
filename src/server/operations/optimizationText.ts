import { count, localTime } from "../../protocol/format.ts";
import type { MeasuredSaving, Optimization, OptimizationReport } from "../../protocol/optimizations.ts";

export function describeOptimizations({ suggestions, applied, notes }: OptimizationReport): string {
  const none = suggestions.length === 0 && notes.length === 0 ? ["Nothing to suggest by the last 30 days."] : [];
  return [
    ...suggestions.flatMap(describeSuggestion),
    ...none,
    ...notes,
    ...applied.flatMap(({ id, appliedAt, change, saved }) => [
      `${id}  applied ${localTime(appliedAt)}; take it back by --undo ${quoted(id)}`,
      `  ${change}`,
      `  ${describeSaved(saved)}`,
    ]),
  ].join("\n");
}

function describeSuggestion({ id, measured, saving, change, applicable }: Optimization): readonly string[] {
  const { tokens, dollars } = saving;
  const amounts = [
    ...(tokens === null ? [] : [`${count(tokens)} tokens`]),
    dollars === null ? "dollars unknown" : `$${dollars}`,
  ];
  return [
    `${id}  saves up to ${amounts.join(", ")} a month; ${applicable ? "apply it" : "make the change, then have it measured"} by --apply ${quoted(id)}`,
    `  ${measured}`,
    `  ${change}`,
  ];
}

function describeSaved({ unit, since, least, before, after, tokens, dollars = null }: MeasuredSaving): string {
  if (before === undefined || after === undefined || tokens === undefined) {
    return `Too early to say what it saved: ${count(since)} ${unit} since, and ${count(least)} before and since are needed.`;
  }
  const price = dollars === null ? "dollars unknown" : `$${dollars}`;
  return `Saved ${count(tokens)} tokens (${price}) in ${count(since)} ${unit}: ${count(before)} tokens each before, ${count(after)} since.`;
}

/** As a shell takes it. */
function quoted(id: string): string {
  return /^[\w:.-]+$/.test(id) ? id : JSON.stringify(id);
}
