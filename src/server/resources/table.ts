import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import type { ToolAnswer } from "../platform/call.ts";
import { moduleChart } from "../documentation/overview.ts";

/** Calls a tool and gives its whole answer; fails as the tool does. */
export type Ask = (tool: string, args: ToolAnswer) => Promise<ToolAnswer>;

export interface Report {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  ask(call: Ask): Promise<string>;
}

export interface ResourceTemplate {
  /** What its addresses begin with; the rest is a path of the workspace. */
  readonly start: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  ask(call: Ask, path: string): Promise<{ readonly mimeType: string; readonly text: string }>;
}

/** A whole answer: a resource is read once, and no client pages through it. */
const maxTokens = 100_000;

export const reports: readonly Report[] = [
  {
    uri: "workspace://reports/repository",
    name: "repository",
    title: "Repository report",
    description: "Languages, modules, import cycles, hot spots, dependencies and health of the workspace, as JSON",
    mimeType: "application/json",
    ask: async (call) => JSON.stringify(await call("analyze_repository", { maxTokens, wait: 170 })),
  },
  {
    uri: "workspace://reports/quality",
    name: "quality",
    title: "Code quality report",
    description: "Metrics and the findings most worth acting on, as JSON",
    mimeType: "application/json",
    ask: async (call) => JSON.stringify(await call("analyze_code_quality", { maxTokens, wait: 170 })),
  },
  {
    uri: "workspace://reports/cost",
    name: "cost",
    title: "Cost report",
    description: "What flows cost in the last 30 days, by flow and model, as JSON",
    mimeType: "application/json",
    async ask(call) {
      const now = Date.now();
      const [from, to] = [now - 30 * 86_400_000, now].map((time) => new Date(time).toISOString());
      return JSON.stringify(await call("get_cost_report", { from, to, by: ["flow", "model"], maxTokens }));
    },
  },
  {
    uri: "workspace://reports/health",
    name: "health",
    title: "Health report",
    description: "How the server, its machine and its link to Langflow are, as JSON",
    mimeType: "application/json",
    ask: async (call) => JSON.stringify(await call("get_health", {})),
  },
  {
    uri: "workspace://diagrams/modules",
    name: "modules",
    title: "Module diagram",
    description: "Folders of the workspace and the imports between them, as a Mermaid chart in Markdown",
    mimeType: "text/markdown",
    async ask(call) {
      const { modules } = Modules.parse(await call("analyze_repository", { maxTokens, wait: 170 }));
      return `${moduleChart(modules) ?? "No folder imports another."}\n`;
    },
  },
];

const Modules = z.object({
  modules: z.array(z.object({ path: z.string(), out: z.int(), in: z.int(), uses: z.array(z.string()).optional() })),
});

const FilePart = z.object({ content: z.string(), nextLine: z.int().optional(), cutLine: z.int().optional() });
/** A larger text is more than a conversation can have. */
const mostCharacters = 1_000_000;

export const templates: readonly ResourceTemplate[] = [
  {
    start: "workspace://files/",
    name: "file",
    title: "File of the workspace",
    description: "Text of a file, unsaved text of the editor included",
    async ask(call, path) {
      let text = "";
      for (let startLine: number | undefined = 1; startLine !== undefined;) {
        const part = FilePart.parse(await call("read_file", { path, startLine, maxTokens }));
        text += part.content;
        if (text.length > mostCharacters || part.cutLine !== undefined) {
          throw new ToolError("TOO_LARGE", `${path} is too large to attach.`, "Call read_file for some of its lines.");
        }
        startLine = part.nextLine;
      }
      return { mimeType: "text/plain", text };
    },
  },
  {
    start: "workspace://documentation/",
    name: "documentation",
    title: "Documentation of a module",
    description: "Exported names of a TypeScript or JavaScript file with signatures and comments, as Markdown",
    async ask(call, path) {
      const { pages } = Pages.parse(await call("generate_documentation", { path, limit: 1, maxTokens, wait: 170 }));
      return { mimeType: "text/markdown", text: pages[0]?.content ?? "" };
    },
  },
];

const Pages = z.object({ pages: z.array(z.object({ content: z.string() })) });
