import { z } from "zod";
import type { ComponentsAnswer } from "../analysis/repository/answer.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { InGenerated, LeftOut, Param, leftOutOf, listFields } from "./support/params.ts";

const kinds = z.enum([
  "class",
  "interface",
  "type",
  "enum",
  "function",
  "method",
  "variable",
  "namespace",
  "route",
  "test",
  "export",
]);

const Listed = z.object({
  name: z.string(),
  kind: kinds,
  line: z.int(),
  endLine: z.int().optional().describe("Where it is not `line`"),
  signature: z.string(),
  exported: z.literal(true).optional(),
});

type Found = ComponentsAnswer["components"][number];

/** The outline of a file is asked for before reading it, and often: about 1 kB. */
const fileTokens = 350;

export const extractCodeComponents = defineTool({
  name: "extract_code_components",
  title: "Extract code components",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Lists classes, functions, methods, types, exported variables, HTTP routes, tests and re-exports of a file, a folder or the",
    "repository (no path), with location and signature. TypeScript, JavaScript, Python;",
    "types and functions of Go, Java, Rust, C#, Ruby, PHP, C++. Grouped by file; `left` counts what the next pages have,",
    "`deeper` the members below `depth`.",
  ),
  otherWords: "outline contents api surface structure inventory endpoints routes",
  needs: ["workspace", "analysis"],
  input: z.strictObject({
    path: Param.path.optional(),
    kinds: z.array(kinds).min(1).optional(),
    depth: z.int().min(1).max(10).optional().describe("Levels, 2 with methods; default 1, all with `kinds`"),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens.unwrap().optional().describe("Answer budget in tokens; default 2000, of a file 350"),
    wait: Param.wait.optional(),
  }),
  output: z.object({
    files: z
      .array(z.object({ path: z.string(), components: z.array(Listed) }))
      .describe("Parts of the code by their file, with their first lines"),
    deeper: z.int().optional().describe("Members below `depth`"),
    inGenerated: InGenerated,
    leftOut: LeftOut,
    ...listFields,
  }),
  example: { path: "src", kinds: ["class", "function"] },
  async handler(input, { workspace, analysis, signal, progress }) {
    const query = { ...(await workspace.scope(input.path)), ...(input.kinds && { kinds: input.kinds }) };
    const { components, leftOut, incomplete } = await analysis.components(query, { signal, progress });
    const depth = input.depth ?? (input.kinds ? Infinity : 1);
    const wanted = components.filter(({ level }) => level <= depth);
    const deeper = components.length - wanted.length;
    const isFile = query.target?.isFolder === false;
    const maxTokens = input.maxTokens ?? (isFile ? fileTokens : Param.maxTokens.parse(undefined));
    // A path is paid for with the first component of its file, and with the first one of a page.
    const items = wanted.map((component, index) => ({
      ...(component.path !== wanted[index - 1]?.path && { path: component.path }),
      ...listed(component),
    }));
    const inGenerated = wanted.filter(({ generated }) => generated).length;
    const about = {
      ...(deeper > 0 && { deeper }),
      ...(inGenerated > 0 && { inGenerated }),
      ...(leftOut && leftOutOf(leftOut)),
    };
    const around = { path: input.path ?? "", ...about };
    const { items: paged, ...list } = await page({
      tool: "extract_code_components",
      input: { ...input, maxTokens },
      items,
      incomplete,
      around,
    });
    const start = wanted.length - list.left - paged.length;
    const files = groupedByFile(wanted.slice(start, start + paged.length));
    return { files, ...about, ...list };
  },
});

function groupedByFile(components: readonly Found[]): { path: string; components: z.infer<typeof Listed>[] }[] {
  const files = new Map<string, z.infer<typeof Listed>[]>();
  for (const component of components) {
    const known = files.get(component.path);
    if (known) known.push(listed(component));
    else files.set(component.path, [listed(component)]);
  }
  return [...files].map(([path, all]) => ({ path, components: all }));
}

function listed({ name, kind, line, endLine, signature, exported }: Found): z.infer<typeof Listed> {
  return {
    name,
    kind,
    line,
    ...(endLine !== line && { endLine }),
    signature,
    ...(exported && { exported: true as const }),
  };
}
