import { z } from "zod";
import { openCalls } from "./toolCalls.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { readSettings, settingFlags } from "./settings.ts";
import { ToolError, errorCodes } from "../platform/errors.ts";

export const docsUsage = "docs [PATH] [--to DIR] [--write | --check] [--workspace DIR] [--json]";

const usualFolder = "docs/api";
const maxTokens = 100_000;

const Change = z.enum(["create", "edit", "delete"]);
const Answer = z.looseObject({
  pages: z.array(z.object({ subject: z.string(), content: z.string() })).optional(),
  files: z.array(z.object({ path: z.string(), change: Change })).optional(),
  planId: z.string().optional(),
  conflicts: z.array(z.object({ path: z.string(), line: z.number().optional(), message: z.string() })).optional(),
  diff: z.string().optional(),
  diffLeft: z.number().optional(),
  incomplete: z.array(z.object({ path: z.string(), reason: z.string() })).optional(),
  cursor: z.string().optional(),
});
const Failure = z.object({ error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }) });

/** Documentation of the code: printed, written below a folder, or compared with what is written there. */
export async function docs(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    ...shared,
    to: { type: "string" },
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    ...settingFlags("other"),
  });
  expectPositionals(positionals, 1);
  if (values.write && values.check) throw new UsageError("Give --write or --check.");
  const [path] = positionals;
  const to = values.to ?? (values.write || values.check ? usualFolder : undefined);
  const calls = await openCalls(values.workspace, readSettings(values), stopSignal().signal);
  const call = async (name: string, request: object) => {
    const { text, isError } = await calls.run(name, request);
    if (!isError) return text;
    const { code, message, remedy } = Failure.parse(JSON.parse(text)).error;
    throw new ToolError(code, message, remedy);
  };
  const ask = async (request: object) => Answer.parse(JSON.parse(await call("generate_documentation", request)));
  try {
    const request = { ...(path !== undefined && { path }), ...(to !== undefined && { to }), maxTokens };
    let answer = await ask(request);
    const { planId, diff = "", diffLeft, conflicts = [] } = answer;
    const [files, pages] = [[...(answer.files ?? [])], [...(answer.pages ?? [])]];
    const incomplete = answer.incomplete ?? [];
    while (answer.cursor !== undefined) {
      answer = await ask({ ...request, cursor: answer.cursor });
      files.push(...(answer.files ?? []));
      pages.push(...(answer.pages ?? []));
    }
    for (const { path: at, reason } of incomplete) note(`${at}: ${reason}`);
    for (const { path: at, line = 1, message } of conflicts) note(`${at}:${String(line)}: ${message}`);
    if (values.write && conflicts.length > 0) {
      note("Nothing was written.");
      return 1;
    }
    if (values.write && planId !== undefined) await call("apply_edits", { planId, accept: ["errors"] });
    if (values.json)
      print(JSON.stringify(to === undefined ? { pages, incomplete } : { files, incomplete, written: values.write }));
    else if (to === undefined) print(pages.map(({ content }) => content).join("\n"));
    else if (values.write || values.check) print(described(files, { to, isWritten: values.write }));
    else print([diff, ...(diffLeft === undefined ? [] : [`${String(diffLeft)} more files.`])].join("\n"));
    return values.check && files.length > 0 ? 1 : 0;
  } finally {
    await calls.close();
  }
}

function described(
  files: readonly { path: string; change: z.output<typeof Change> }[],
  { to, isWritten }: { to: string; isWritten: boolean },
): string {
  if (files.length === 0) return `The pages below ${to} say what the code says.`;
  const [create, edit, gone] = isWritten
    ? ["created", "updated", "deleted"]
    : ["missing", "stale", "of a module that is gone"];
  const words = { create, edit, delete: gone };
  return files.map(({ path, change }) => `${path}: ${words[change]}`).join("\n");
}
