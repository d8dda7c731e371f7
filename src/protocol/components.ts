import { z } from "zod";

// Components of a user's own: Python files that Langflow builds and runs.

const dir = z.string().default("flows").describe("Folder of the flow files");
const file = z.string().min(1).describe("The Python file of the component, or the name that `new` got");

/** Words of Python, and what the files to start from import: a class of such a name would not compile, or hide what it needs. */
const taken: ReadonlySet<string> = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield " +
    "Component CustomComponent Data DataFrame Message MessageTextInput Output BoolInput DropdownInput IntInput McpInput " +
    "MCPToolsComponent json"
  ).split(" "),
);

/** A name of a class in Python that is a name of a file too. */
export function isComponentName(name: string): boolean {
  return /^[A-Za-z_]\w{0,79}$/.test(name) && !taken.has(name);
}

/** The values of fields by their names; undefined of a text that is no such JSON. */
export function readSample(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const sample = z
  .string()
  .refine((text) => readSample(text) !== undefined, 'JSON such as {"input_value": "Hello"}')
  .exactOptional()
  .describe('Values of its fields, as JSON: {"FIELD": value}');

const componentName = z
  .string()
  .refine(isComponentName, "Give a name of a Python class that Python and Langflow do not use, such as WordCount")
  .describe("Of its class and of its file");

const OwnComponentName = z.enum([
  "workspace-files",
  "workspace-search",
  "apply-edits",
  "workspace-context",
  "live-metrics",
]);
export type OwnComponentName = z.output<typeof OwnComponentName>;
export const ownComponentNames = OwnComponentName.options;

/** What the components that call the workspace do. */
export const ownComponents: Readonly<Record<OwnComponentName, string>> = {
  "workspace-files": "Lists the files of a folder of the workspace, or reads one",
  "workspace-search": "Finds lines in the files of the workspace",
  "apply-edits": "Previews a refactoring, and applies it where asked to",
  "workspace-context": "Describes the workspace for a prompt",
  "live-metrics": "Health of the server, and what runs and calls cost",
};

const from = OwnComponentName.exactOptional()
  .meta({ choices: OwnComponentName.options.join("|") })
  .describe("What to start from; an empty component when left out");

const NewComponent = z
  .object({ component: z.string().describe("Its class"), path: z.string().describe("Of the file that was written") })
  .readonly();

const ComponentOutput = z
  .object({
    name: z.string(),
    type: z.string().describe("As the component declares it, such as Message"),
    value: z.unknown().describe("As Langflow shows it: the text of a message, the fields of data, the rows of a table"),
  })
  .readonly();
export type ComponentOutput = z.output<typeof ComponentOutput>;

const ComponentError = z
  .object({
    line: z.int().nullable().describe("Of the Python file, from 1; null where Langflow does not say it"),
    message: z.string(),
  })
  .readonly();
export type ComponentError = z.output<typeof ComponentError>;

const ComponentRun = z
  .object({
    component: z.string().describe("As Langflow calls it; the name of the file where Langflow could not build it"),
    state: z.enum(["ok", "failed", "timedOut"]),
    outputs: z.array(ComponentOutput).readonly(),
    error: ComponentError.nullable(),
    ms: z.int().describe("Milliseconds from the start of its run, without its building"),
  })
  .readonly();
export type ComponentRun = z.output<typeof ComponentRun>;

const PushedFlow = z
  .object({
    id: z.string(),
    name: z.string(),
    result: z.enum(["updated", "unchanged", "left", "failed"]),
    changes: z.array(z.string()).readonly().describe("What is otherwise now, or why a component stays as it is"),
    problem: z.string().exactOptional().describe("Why nothing was written"),
  })
  .readonly();
export type PushedFlow = z.output<typeof PushedFlow>;

const PushedComponent = z
  .object({
    component: z.string().describe("As Langflow calls it"),
    flows: z.array(PushedFlow).readonly().describe("Those that use it"),
  })
  .readonly();
export type PushedComponent = z.output<typeof PushedComponent>;

export const componentContracts = {
  "components.create": {
    effect: "update",
    params: z.strictObject({ name: componentName, from, dir }),
    result: NewComponent,
  },
  "components.run": {
    effect: "run",
    params: z.strictObject({
      file,
      dir,
      input: sample,
      seconds: z.int().min(1).max(3_600).default(300).meta({ flag: false }).describe("The run is stopped after them"),
    }),
    result: z.object({ path: z.string(), run: ComponentRun }).readonly(),
  },
  "components.push": {
    effect: "update",
    params: z.strictObject({ file, dir }),
    result: PushedComponent,
  },
} as const;
