import type { Currency } from "../../../protocol/currency.ts";
import type { FlowRunResult, RunPart, RunTrace, RunValue } from "../../../protocol/flowRuns.ts";
import { costOfRun, count, duration, localTime } from "../../../protocol/format.ts";
import { fenced, plain } from "../../support/markdown.ts";

/** A run as Langflow recorded it, as Markdown: its answer, its components in a table, then what each got, gave and logged. */
export function runPage(trace: RunTrace, currency: Currency): string {
  const { name, state, startedAt, ms, tokens, session, input, outputs, parts, runCost } = trace;
  const cost = runCost && costOfRun(runCost, currency);
  return page([
    `# ${plain(name)}, ${localTime(startedAt)}`,
    `${stateWords[state]} ${duration(ms)}, ${count(tokens)} tokens${session === null ? "" : `, session ${plain(session)}`}.`,
    ...(cost === undefined ? [] : [cost]),
    ...(input === null ? [] : ["## Input", fenced(input)]),
    ...outputs.flatMap((output) => [`## Answer: ${plain(output.name)}`, fenced(textOf(output))]),
    "## Components",
    table(parts),
    ...parts.flatMap(partSection),
  ]);
}

const stateWords = { ok: "Done in", failed: "**Failed** after", running: "Runs since" };

/** Of a Langflow that records no runs. */
export function resultPage(result: FlowRunResult, currency: Currency): string {
  const { name, state, ms, session, output, error, components, runCost } = result;
  const cost = runCost && costOfRun(runCost, currency);
  const rows = components.map((each) => [plain(each.name), each.state, each.ms === null ? "" : duration(each.ms)]);
  return page([
    `# ${plain(name)}`,
    `${state === "ok" ? "Done in" : `**${state}** after`} ${duration(ms)}, session ${plain(session)}.`,
    ...(cost === undefined ? [] : [cost]),
    ...(error === null ? [] : [fenced(error)]),
    ...(output === null ? [] : ["## Answer", fenced(output)]),
    "## Components",
    rowsOf(["component", "state", "time"], rows),
  ]);
}

/** Those of a second run in the order of the first, each with what it called, so that the same stands beside the same. */
export function alignedParts(first: readonly RunPart[], second: readonly RunPart[]): readonly RunPart[] {
  const order = groupsOf(first).map(([head]) => head?.name);
  const waiting = [...groupsOf(second)];
  const found = order.flatMap((name) => {
    const at = waiting.findIndex(([head]) => head?.name === name);
    return at < 0 ? [] : waiting.splice(at, 1);
  });
  return [...found, ...waiting].flat();
}

/** A component, and behind it what it called. */
function groupsOf(parts: readonly RunPart[]): readonly (readonly RunPart[])[] {
  const groups: RunPart[][] = [];
  for (const part of parts) {
    if (part.depth === 0) groups.push([part]);
    else groups.at(-1)?.push(part);
  }
  return groups;
}

function table(parts: readonly RunPart[]): string {
  const rows = parts.map(({ name, depth, state, ms, model, tokens }) => [
    `${"– ".repeat(depth)}${plain(name)}`,
    state === "failed" ? "**failed**" : state,
    ms === null ? "" : duration(ms),
    model === undefined ? "" : plain(model),
    tokens === undefined ? "" : count(tokens),
  ]);
  return rowsOf(["component", "state", "time", "model", "tokens"], rows);
}

function rowsOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function partSection({ name, depth, error, values }: RunPart): readonly string[] {
  const { inputs = [], outputs = [], logs = [] } = values ?? {};
  const texts = [
    ...(error === undefined ? [] : [`Failed: ${plain(error)}`]),
    ...listed("Got", inputs),
    ...listed("Gave", outputs),
    ...listed("Logged", logs),
  ];
  return texts.length === 0 ? [] : [`${"#".repeat(Math.min(6, depth + 3))} ${plain(name)}`, ...texts];
}

/** Short values as a list, and each long one as a block of its own. */
function listed(verb: string, values: readonly RunValue[]): readonly string[] {
  if (values.length === 0) return [];
  const isShort = ({ text }: RunValue) => text.length <= 80 && !text.includes("\n");
  const short = values.filter(isShort).map(({ name, text }) => `- ${plain(name)}: ${plain(text)}`);
  const long = values
    .filter((value) => !isShort(value))
    .flatMap((value) => [`${plain(value.name)}:`, fenced(textOf(value))]);
  return [`**${verb}**`, ...(short.length > 0 ? [short.join("\n")] : []), ...long];
}

function textOf({ text, isCut }: RunValue): string {
  return isCut ? `${text}…` : text;
}

function page(blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}
