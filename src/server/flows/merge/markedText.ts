import { randomUUID } from "node:crypto";
import { conflictMarks } from "../../../protocol/conflictMarks.ts";
import type { Side } from "../../../protocol/conflictMarks.ts";
import { sortedJson } from "../files/exactJson.ts";
import { isFields } from "../files/flowFile.ts";
import type { Fields } from "../files/flowFile.ts";
import { Conflict } from "./conflict.ts";

/** The JSON of a merged flow; around each conflict git's marks, with what each side has, so that each is JSON by itself. */
export function markedText(flow: Fields): string {
  const conflicts: Conflict[] = [];
  const slot = `conflict ${randomUUID()} `;
  const text = sortedJson(replaced(flow));
  const lines = text.split("\n");
  const marked: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const first = at;
    while (isSlot(lines[at])) at++;
    if (at > first) marked.push(...block(lines.slice(first, at), marked));
    if (at < lines.length) marked.push(lines[at] ?? "");
  }
  return `${marked.join("\n")}\n`;

  function replaced(value: unknown): unknown {
    if (value instanceof Conflict) return `${slot}${conflicts.push(value) - 1}`;
    if (Array.isArray(value)) return value.map(replaced);
    if (!isFields(value) || JSON.isRawJSON(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner)]));
  }

  function isSlot(line: string | undefined): boolean {
    return line?.includes(slot) ?? false;
  }

  /** Neighbours in conflict are one block, because their commas depend on each other. */
  function block(slots: readonly string[], before: string[]): readonly string[] {
    const isLast = slots.at(-1)?.endsWith(",") === false;
    const contents = (side: Side) => slots.flatMap((line) => itemsOf(line, side));
    const isEmpty = (["base", "mine", "theirs"] as const).some((side) => contents(side).length === 0);
    // Without an item after it, the line before has no comma.
    const previous = isLast && isEmpty && before.at(-1)?.endsWith(",") ? before.pop()?.slice(0, -1) : undefined;
    const linesOf = (side: Side): string => {
      const items = [...(previous === undefined ? [] : [previous]), ...contents(side)];
      return items.map((item, index) => `${item}${isLast && index === items.length - 1 ? "" : ","}\n`).join("");
    };
    const [mine, base, theirs] = [linesOf("mine"), linesOf("base"), linesOf("theirs")];
    const all = `${conflictMarks.mine}\n${mine}${conflictMarks.base}\n${base}${conflictMarks.middle}\n${theirs}`;
    return [`${all}${conflictMarks.theirs}`];
  }

  function itemsOf(line: string, side: Side): string[] {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const start = line.indexOf(`"${slot}`);
    const index = Number.parseInt(line.slice(start + slot.length + 1), 10);
    const items = conflicts[index]?.[side] ?? [];
    return items.map((item) => `${line.slice(0, start)}${sortedJson(item).replaceAll("\n", `\n${indent}`)}`);
  }
}
