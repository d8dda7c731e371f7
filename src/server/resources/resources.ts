import { ToolError } from "../platform/errors.ts";
import type { Caller, ToolAnswer } from "../platform/call.ts";
import type { ToolRunner } from "../tools/runner/runTool.ts";
import { reports, templates } from "./table.ts";
import type { ResourceTemplate } from "./table.ts";

/** A resource as `resources/list` has it. */
export interface ListedResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
}

export type ListedTemplate = Omit<ListedResource, "uri" | "mimeType"> & {
  readonly uriTemplate: string;
  readonly mimeType?: string;
};

export type ResourceContents = { readonly uri: string; readonly mimeType: string } & (
  { readonly text: string } | { readonly blob: string }
);

/** What a client can attach to a conversation: files of the workspace, reports and diagrams. */
export interface Resources {
  list(): readonly ListedResource[];
  templates(): readonly ListedTemplate[];
  /** Fails with a ToolError: NOT_FOUND for what is not there, or that of the tool that it is read by. */
  read(uri: string, call: { readonly caller: Caller; readonly signal: AbortSignal }): Promise<ResourceContents>;
  /** Values of a template's variable, from what the user typed of it. */
  complete(
    uriTemplate: string,
    argument: { readonly name: string; readonly value: string },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
}

export interface ResourceDeps {
  /** Each resource is what a tool answers: it is in the ledger, and has the tool's checks, like a call of the tool. */
  readonly runner: Pick<ToolRunner, "run">;
  files(start: string, signal: AbortSignal): Promise<readonly string[]>;
}

export function createResources({ runner, files }: ResourceDeps): Resources {
  const notFound = (uri: string) =>
    new ToolError(
      "NOT_FOUND",
      `There is no resource ${JSON.stringify(uri.slice(0, 200))}.`,
      "List them with resources/list and resources/templates/list.",
    );

  return {
    list: () => reports.map(({ ask: _ask, ...listed }) => listed),
    templates: () =>
      templates.map(({ start, ask: _ask, ...listed }) => ({ ...listed, uriTemplate: `${start}{+path}` })),
    async read(uri, { caller, signal }) {
      const call = async (name: string, args: ToolAnswer) => {
        const { isError, text } = await runner.run({ name, args, caller, signal });
        const answer: unknown = JSON.parse(text);
        if (typeof answer !== "object" || answer === null) throw new Error(`${name} answered no object`);
        if (isError) throw errorOf(answer);
        return { ...answer };
      };
      const report = reports.find((one) => one.uri === uri);
      if (report) return { uri, mimeType: report.mimeType, text: await report.ask(call) };
      const template = templates.find(({ start }) => uri.startsWith(start));
      const path = template && pathIn(uri, template);
      if (!template || path === undefined) throw notFound(uri);
      return { uri, ...(await template.ask(call, path)) };
    },
    async complete(uriTemplate, { name, value }, signal) {
      if (!templates.some(({ start }) => `${start}{+path}` === uriTemplate)) throw notFound(uriTemplate);
      return name === "path" ? files(value, signal) : [];
    },
  };
}

function pathIn(uri: string, { start }: ResourceTemplate): string | undefined {
  try {
    return decodeURIComponent(uri.slice(start.length)) || undefined;
  } catch {
    return undefined;
  }
}

function errorOf(answer: object): ToolError {
  const error: unknown = "error" in answer ? answer.error : undefined;
  const word = (name: string) => {
    const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
    return typeof value === "string" ? value : "";
  };
  return new ToolError(
    word("code") === "NOT_FOUND" ? "NOT_FOUND" : "INVALID_ARGUMENT",
    word("message"),
    word("remedy"),
  );
}
