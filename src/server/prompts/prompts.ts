import { ToolError } from "../platform/errors.ts";
import type { PromptDefinition } from "./definePrompt.ts";
import { allPrompts } from "./allPrompts.ts";

/** A prompt as `prompts/list` has it. */
export interface ListedPrompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
}

export type PromptContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly data: string; readonly mimeType: string }
  | {
      readonly type: "resource";
      readonly resource: { readonly uri: string; readonly mimeType: string; readonly text: string };
    };

export interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: PromptContent;
}

/** Common tasks as a client offers them to its user: slash commands in the chat of VS Code. */
export interface Prompts {
  list(): readonly ListedPrompt[];
  /** Fails with a ToolError for an unknown prompt, an unknown argument and a missing one. */
  get(
    name: string,
    args: Readonly<Record<string, string>>,
  ): { readonly description: string; readonly messages: readonly PromptMessage[] };
  /** What an argument can be, from what the user typed of it; nothing for an argument of free words. */
  complete(
    name: string,
    argument: { readonly name: string; readonly value: string },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
}

/** Where the values of an argument come from. */
export type ValuesOf = (start: string, signal: AbortSignal) => Promise<readonly string[]>;

export interface PromptDeps {
  readonly values: { readonly file: ValuesOf; readonly symbol: ValuesOf; readonly ref: ValuesOf };
}

export function createPrompts({ values }: PromptDeps): Prompts {
  const prompts = new Map<string, PromptDefinition>(allPrompts.map((prompt) => [prompt.name, prompt]));

  function find(name: string): PromptDefinition {
    const prompt = prompts.get(name);
    if (prompt) return prompt;
    const names = [...prompts.keys()].join(", ");
    throw new ToolError(
      "INVALID_ARGUMENT",
      `There is no prompt ${JSON.stringify(name.slice(0, 64))}.`,
      `The prompts are ${names}.`,
    );
  }

  return {
    list: () =>
      allPrompts.map(({ name, title, description, arguments: args }) => ({
        name,
        title,
        description,
        arguments: Object.entries(args).map(([argument, { description: words, required = false }]) => {
          return { name: argument, description: words, required };
        }),
      })),
    get(name, args) {
      const { description, arguments: known, text } = find(name);
      const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value.trim() !== ""));
      const unknown = Object.keys(given).find((argument) => !Object.hasOwn(known, argument));
      const missing = Object.keys(known).find((argument) => known[argument]?.required && given[argument] === undefined);
      if (unknown !== undefined || missing !== undefined) {
        const what =
          unknown === undefined
            ? `${name} needs the argument ${String(missing)}.`
            : `${name} has no argument ${JSON.stringify(unknown.slice(0, 40))}.`;
        throw new ToolError("INVALID_ARGUMENT", what, `Its arguments are: ${Object.keys(known).join(", ") || "none"}.`);
      }
      const words = `${text(given)}\n\n${howToCall}`;
      return { description, messages: [{ role: "user", content: { type: "text", text: words } }] };
    },
    async complete(name, { name: argument, value }, signal) {
      const kind = find(name).arguments[argument]?.values;
      return kind === undefined ? [] : values[kind](value, signal);
    },
  };
}

/** Most clients have the default list only. */
const howToCall =
  "The tools named here are tools of Langflow Connect. One that is not in your list is called by call_tool; search_tools finds more.";
