import { templates as shipped } from "../flows/templates/index.ts";
import { ownTemplate } from "../flows/templates/ownTemplate.ts";
import type { AnyTemplate, TemplateFacts } from "../flows/templates/template.ts";
import { ToolError } from "../platform/errors.ts";
import type { FlowFolder } from "./flowFolder.ts";

/** The flows that we ship, and those of the user with values that a push sets. */
export interface Templates {
  all(): Promise<readonly TemplateFacts[]>;
  find(name: string): Promise<AnyTemplate>;
}

export const ownFolder = "flows/templates";

export function createTemplates(folder: Pick<FlowFolder, "list" | "read">): Templates {
  /** Paths by name. */
  async function ownFiles(): Promise<ReadonlyMap<string, string>> {
    const paths = await folder.list(ownFolder);
    return new Map(paths.map((path) => [path.slice(path.lastIndexOf("/") + 1, -".json".length), path]));
  }

  async function read(name: string, path: string): Promise<AnyTemplate> {
    if (shipped.some((template) => template.name === name)) {
      throw new ToolError("CONFLICT", `${path} has the name of a template of Langflow Connect.`, "Rename the file.");
    }
    return ownTemplate(name, path, (await folder.read(path)).text);
  }

  return {
    async all() {
      const files = [...(await ownFiles())];
      const own = files.map(([name, path]) =>
        read(name, path).catch((error: unknown): TemplateFacts => {
          if (!(error instanceof ToolError)) throw error;
          return { name, version: 0, title: name, description: `Cannot be pushed: ${error.message} ${error.remedy}` };
        }),
      );
      return [...shipped, ...(await Promise.all(own))];
    },
    async find(name) {
      const files = await ownFiles();
      const path = files.get(name);
      if (path !== undefined) return read(name, path);
      const template = shipped.find((candidate) => candidate.name === name);
      if (template) return template;
      const names = [...shipped.map((candidate) => candidate.name), ...files.keys()].join(", ");
      throw new ToolError("NOT_FOUND", `There is no template ${JSON.stringify(name)}.`, `Use one of: ${names}.`);
    },
  };
}
