import { ToolError } from "../../platform/errors.ts";
import type { ParameterValues, TemplateFacts, TemplateParameter } from "./template.ts";

const longest = 200;

/** How far back a report of the ledger goes. */
export const daysParameter: TemplateParameter = {
  name: "days",
  title: "Days",
  default: "30",
  description: "How many days back the report goes",
};

export function daysOf(values: ParameterValues): number {
  return wholeNumber(values, daysParameter.name, 3660);
}

/** Reads `name=value` texts, as the command line gives them. */
export function readParameters(template: TemplateFacts, texts: readonly string[]): ParameterValues {
  const names = (template.parameters ?? []).map(({ name }) => name);
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      const [name, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
      if (at < 1) throw invalid(`${JSON.stringify(text)} is no parameter.`, "Write it as name=value.");
      if (!names.includes(name)) {
        const known = names.length > 0 ? `Its parameters: ${names.join(", ")}.` : "It takes no parameters.";
        throw invalid(`${template.name} has no parameter ${JSON.stringify(name)}.`, known);
      }
      if (value.length > longest || /\p{Cc}/u.test(value)) {
        throw invalid(
          `The value of ${name} cannot be used.`,
          `Give one line of at most ${String(longest)} characters.`,
        );
      }
      return [name, value];
    }),
  );
}

/** What a push sets: the given values, else those that the flow has, else the defaults. */
export function parameterValues(
  template: TemplateFacts,
  given: ParameterValues,
  kept: ParameterValues = {},
): ParameterValues {
  const parameters = template.parameters ?? [];
  return Object.fromEntries(parameters.map(({ name, ...own }) => [name, given[name] ?? kept[name] ?? own.default]));
}

/** What a report is about. */
export const pathParameter: TemplateParameter = {
  name: "path",
  title: "Path",
  default: ".",
  description: "File or folder that the report is about, relative to the workspace",
};

export function pathOf(values: ParameterValues): string {
  const path = values[pathParameter.name] ?? "";
  return path === "" ? pathParameter.default : path;
}

/** A parameter that a tool wants as a whole number. */
export function wholeNumber(values: ParameterValues, name: string, most: number): number {
  const text = values[name] ?? "";
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw invalid(`${name} is ${JSON.stringify(text)}.`, `Give a whole number from 1 to ${String(most)}.`);
}

function invalid(message: string, remedy: string): ToolError {
  return new ToolError("INVALID_ARGUMENT", message, remedy);
}
