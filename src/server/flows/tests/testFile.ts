import path from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import { positionsIn } from "../files/jsonPositions.ts";

/** What an answer has to be; all that is given has to come true. */
const Expectations = z.strictObject({
  equals: z.string().optional().describe("The answer is this text."),
  contains: z.string().optional().describe("The answer has this text in it."),
  matches: z.string().optional().describe("This regular expression matches a part of the answer."),
  json: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("The answer is JSON with these values, by paths such as items[0].name."),
  maxSeconds: z.number().positive().optional().describe("The run is cancelled then, and the test has failed."),
  maxCost: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,12})?$/)
    .optional()
    .describe("US dollars as a decimal, such as 0.01."),
});
export type Expectations = z.output<typeof Expectations>;

const Case = z.strictObject({
  name: z.string().min(1).optional().describe("Without one, the first line of the input."),
  input: z.string().default("").describe("What the chat input gets."),
  session: z.string().min(1).optional().describe("Goes on with a conversation."),
  tweaks: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe("Values of fields by component, for this run alone."),
  expect: Expectations,
});

/** The JSON file; a CSV file has the same in columns. */
export const FlowTestFile = z.strictObject({
  $schema: z.string().optional(),
  flow: z
    .string()
    .min(1)
    .optional()
    .describe("A flow file, relative to this one, or the name or id of a flow. Without, the flow file of this name."),
  cases: z.array(Case).min(1),
});

export interface FlowTest extends Omit<z.output<typeof Case>, "name"> {
  readonly name: string;
  /** Where it stands in its file, from 1. */
  readonly line: number;
}

export interface FlowTests {
  readonly flow: string;
  readonly tests: readonly FlowTest[];
}

/** Tests of a JSON or CSV file; a failure names the file and the test. */
export function readFlowTests(file: string, text: string): FlowTests {
  const { flow, cases, lines } = file.endsWith(".csv") ? fromCsv(file, text) : fromJson(file, text);
  const tests = cases.map((each, at) => {
    if (Object.keys(each.expect).length === 0) throw unusable(file, `test ${String(at + 1)} expects nothing`);
    if (each.expect.matches !== undefined) checkPattern(file, at, each.expect.matches);
    return { ...each, name: each.name ?? nameFrom(each.input, at), line: lines[at] ?? 1 };
  });
  const names = tests.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw unusable(file, `two tests are called ${JSON.stringify(twice)}; give them names`);
  return { flow: flow === undefined ? flowBeside(file) : resolved(file, flow), tests };
}

interface Read {
  readonly flow?: string | undefined;
  readonly cases: readonly z.output<typeof Case>[];
  readonly lines: readonly number[];
}

function fromJson(file: string, text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable(file, "it is not valid JSON");
  }
  const { data, error } = FlowTestFile.safeParse(value);
  if (!data) throw unusable(file, issueOf(error));
  const starts = positionsIn(
    text,
    data.cases.map((_, at) => ["cases", at]),
  );
  const lines = starts.map(({ start }) => text.slice(0, start).split("\n").length);
  return { flow: data.flow, cases: data.cases, lines };
}

const columns = ["name", "input", "session", "equals", "contains", "matches", "maxSeconds", "maxCost"] as const;
/** A column `json:PATH` has the value at that path. */
const jsonColumn = "json:";

const Row = z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) });

function fromCsv(file: string, text: string): Read {
  const rows = rowsOf(file, text);
  const cases = rows.map(({ record }, at) => {
    const given = Object.entries(record).filter(([, value]) => value !== "");
    const known = ([column]: readonly [string, string]) =>
      columns.some((each) => each === column) || column.startsWith(jsonColumn);
    const odd = given.find((entry) => !known(entry));
    if (odd)
      throw unusable(file, `there is no column ${JSON.stringify(odd[0])}; the columns are ${columns.join(", ")}`);
    const json = given.flatMap(([column, value]) =>
      column.startsWith(jsonColumn) ? [[column.slice(jsonColumn.length), cellValue(value)] as const] : [],
    );
    const { name, input, session, maxSeconds, ...expect } = Object.fromEntries(
      given.filter(([column]) => !column.startsWith(jsonColumn)),
    );
    const parsed = Case.safeParse({
      ...(name !== undefined && { name }),
      ...(input !== undefined && { input }),
      ...(session !== undefined && { session }),
      expect: {
        ...expect,
        ...(maxSeconds !== undefined && { maxSeconds: Number(maxSeconds) }),
        ...(json.length > 0 && { json: Object.fromEntries(json) }),
      },
    });
    if (!parsed.success) throw unusable(file, `row ${String(at + 1)}: ${issueOf(parsed.error)}`);
    return parsed.data;
  });
  if (cases.length === 0) throw unusable(file, "it has no rows below the names of its columns");
  return { cases, lines: rows.map(({ info }) => info.lines) };
}

function rowsOf(file: string, text: string) {
  try {
    return z.array(Row).parse(parse(text, { columns: true, bom: true, info: true, skipEmptyLines: true }));
  } catch (error) {
    throw unusable(file, `it is not valid CSV: ${error instanceof Error ? error.message : "unknown"}`);
  }
}

/** As JSON where it is JSON, such as 3 or true; else as the text that it is. */
function cellValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function checkPattern(file: string, at: number, pattern: string): void {
  try {
    new RegExp(pattern, "u");
  } catch {
    throw unusable(file, `${JSON.stringify(pattern)} of test ${String(at + 1)} is no regular expression`);
  }
}

function nameFrom(input: string, at: number): string {
  const line = input.split("\n", 1)[0]?.trim() ?? "";
  return line === "" ? `test ${String(at + 1)}` : line.slice(0, 60);
}

/** flows/tests/Chat.json tests flows/Chat.json. */
function flowBeside(file: string): string {
  const { dir, name } = path.posix.parse(file);
  return path.posix.join(dir, "..", `${name}.json`);
}

function resolved(file: string, flow: string): string {
  return flow.endsWith(".json") ? path.posix.join(path.posix.dirname(file), flow) : flow;
}

function issueOf(error: z.ZodError | undefined): string {
  const issue = error?.issues[0];
  return issue ? `${issue.path.join(".")}: ${issue.message}` : "it has another form";
}

function unusable(file: string, why: string): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    `${file} has no tests that can run: ${why}.`,
    "See docs/flows.md, then correct the file.",
  );
}
