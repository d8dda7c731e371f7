import type { ComponentRun, PushedComponent } from "../../../protocol/components.ts";
import { duration } from "../../../protocol/format.ts";
import { fenced } from "../../support/markdown.ts";

/** What a run gave, as Markdown. */
export function runReport({ component, outputs, ms }: ComponentRun): string {
  const parts = outputs.flatMap(({ name, type, value }) => {
    const isText = typeof value === "string";
    const text = isText ? value : JSON.stringify(value, undefined, 2);
    return [`## ${name} (${type})`, fenced(text, isText ? "text" : "json")];
  });
  return [`# ${component}`, `It ran in ${duration(ms)}.`, ...parts, ""].join("\n\n");
}

/** What a push changed, as Markdown. */
export function pushReport({ component, flows }: PushedComponent): string {
  const parts = flows.flatMap(({ name, result, changes, problem }) => [
    `## ${name}: ${result}`,
    [...changes, ...(problem === undefined ? [] : [problem])].map((line) => `- ${line}`).join("\n"),
  ]);
  return [`# ${component} in ${flows.length === 1 ? "1 flow" : `${String(flows.length)} flows`}`, ...parts, ""].join(
    "\n\n",
  );
}
