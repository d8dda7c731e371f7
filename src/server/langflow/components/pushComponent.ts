import type { PushedComponent, PushedFlow } from "../../../protocol/components.ts";
import { fieldsOf, textOf } from "../../flows/check/flowGraph.ts";
import { replaceCode } from "../../flows/components/replaceCode.ts";
import { needsLinesBefore, pythonError } from "../../flows/components/pythonError.ts";
import { ToolError } from "../../platform/errors.ts";
import { readCatalogue } from "../client/components.ts";
import { buildComponent, linesBefore } from "../client/customComponents.ts";
import type { BuiltComponent } from "../client/customComponents.ts";
import { createFlowTexts } from "../client/flowTexts.ts";
import type { LangflowHttp } from "../client/http.ts";
import { changeOf, refusal } from "../pushFile.ts";
import { createVersions } from "../versions.ts";
import type { VersionStore } from "../versionStore.ts";

interface Pushing {
  readonly http: LangflowHttp;
  readonly path: string;
  readonly code: string;
  readonly versions: VersionStore;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** Puts the code of a component into every flow that uses it; each flow as it was is kept as a version. */
export async function pushComponent(given: Pushing): Promise<PushedComponent> {
  const { http, signal, progress } = given;
  const built = await builtForPush(given);
  await checkIsOwn(built, given);
  const flows: PushedFlow[] = [];
  // Whole flows are large: each is read when it is its turn, and just before it is written.
  for (const { id, name } of await createFlowTexts(http).list(signal)) {
    progress(`Looking at ${name}`);
    const pushed = await pushInto(id, built, given);
    if (pushed) flows.push(pushed);
  }
  return { component: built.type, flows };
}

async function builtForPush({ http, path, code, signal }: Pushing): Promise<BuiltComponent> {
  const built = await buildComponent(http, code, signal);
  if ("type" in built) return built;
  const before = needsLinesBefore(code, built) ? await linesBefore(http, signal) : 0;
  const { line, message } = pythonError(code, built, before);
  throw new ToolError(
    "NOT_READY",
    `${path}${line === null ? "" : `:${line}`}: ${message}`,
    "Correct the component; nothing was pushed.",
  );
}

/** A component of Langflow itself is in flows that have nothing to do with this file. */
async function checkIsOwn({ type }: BuiltComponent, { http, path, signal }: Pushing): Promise<void> {
  const theirs = (await readCatalogue(http, signal)).get(type);
  const module = textOf(fieldsOf(theirs?.["metadata"])["module"]);
  if (!/^(?:lfx|langflow)\./.test(module)) return;
  throw new ToolError(
    "NAME_TAKEN",
    `Langflow has a component ${type} of its own, and would take that of ${path} for it.`,
    "Give the class and its `name` another name, then try again.",
  );
}

async function pushInto(id: string, built: BuiltComponent, given: Pushing): Promise<PushedFlow | undefined> {
  const { http, versions, signal } = given;
  const server = createFlowTexts(http);
  const theirs = await server.find(id, signal);
  const replaced = theirs && replaceCode(theirs, built);
  if (!theirs || !replaced) return undefined;
  const { name, versionToken } = theirs;
  const facts = { id, name, changes: replaced.changes };
  if (!replaced.updated) return { ...facts, result: replaced.left ? "left" : "unchanged" };
  try {
    await createVersions(http, versions).keep(theirs, { signal });
    const change = changeOf({ ...theirs, fields: replaced.fields }, theirs);
    await server.update(id, change, { versionToken, signal });
    return { ...facts, result: "updated" };
  } catch (error) {
    const failure = refusal(name, error);
    if (!(failure instanceof ToolError) || failure.code === "CANCELLED") throw failure;
    // The others do not depend on this one.
    return { ...facts, result: "failed", changes: [], problem: `${failure.message} ${failure.remedy}` };
  }
}
