import type { FlowTexts } from "./client/flowTexts.ts";

interface Known {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** Without a project that this Langflow does not have: it refuses the whole flow for that, and a flow of another Langflow names one of that. */
export async function inKnownProject(
  server: Pick<FlowTexts, "projects">,
  fields: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Known> {
  const { folder_id: project, ...rest } = fields;
  if (typeof project !== "string" || (await server.projects(signal)).has(project)) return { fields, notes: [] };
  return { fields: rest, notes: ["Its project is not in this Langflow, which puts it into the default one."] };
}
