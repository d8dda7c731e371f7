import { randomUUID } from "node:crypto";
import type { ComponentError, ComponentOutput, ComponentRun } from "../../../protocol/components.ts";
import { needsLinesBefore, pythonError } from "../../flows/components/pythonError.ts";
import type { PythonFailure } from "../../flows/components/pythonError.ts";
import { connectedFields, sampleFlow, sampleSource, sampledId } from "../../flows/components/sampleFlow.ts";
import type { Sample } from "../../flows/components/sampleFlow.ts";
import { ToolError, cancelled } from "../../platform/errors.ts";
import { buildFlowEvents } from "../client/builds.ts";
import type { BuiltNode } from "../client/builds.ts";
import { buildComponent, linesBefore } from "../client/customComponents.ts";
import type { BuiltComponent } from "../client/customComponents.ts";
import { createFlowTexts } from "../client/flowTexts.ts";
import type { LangflowHttp } from "../client/http.ts";

export interface SampledRun {
  readonly run: ComponentRun;
  /** Of the flow that it ran in, which is removed; absent where the component was not built. */
  readonly flow?: { readonly id: string; readonly usedModel: boolean };
}

interface Running {
  readonly http: LangflowHttp;
  /** The name of its file. */
  readonly name: string;
  readonly code: string;
  readonly sample: Sample;
  readonly seconds: number;
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** Before it runs, and after it was built. */
  admit(flow: { readonly id: string; readonly name: string }): Promise<void>;
}

/** The flows that runs make are known by their names, should one be left. */
export const flowOfRun = "Run of a component by Langflow Connect";

/** Builds a component in Langflow and runs it alone, in a flow that exists for just that long. */
export async function runComponent(given: Running): Promise<SampledRun> {
  const { http, name, code, sample, signal, progress } = given;
  progress("Langflow builds the component");
  const built = await buildComponent(http, code, signal);
  if (!("type" in built)) return { run: failedRun(name, await errorOf(built, given), 0) };
  const source = connectedFields(built, sample).length > 0 ? await builtSource(given) : undefined;
  const data = sampleFlow(built, sample, source);
  signal.throwIfAborted();
  const server = createFlowTexts(http);
  // Not stopped halfway: nobody would know what is to be removed.
  const { signal: whole } = new AbortController();
  const id = randomUUID();
  const flow = await server.create(id, { name: `${flowOfRun} ${id}`, description: "", data }, whole);
  try {
    await given.admit({ id: flow.id, name: `Component ${built.type}` });
    progress(`${built.type} runs in Langflow`);
    return await runBuilt(built, flow.id, given);
  } finally {
    await server.remove(flow.id, AbortSignal.timeout(10_000)).catch(() => {
      progress(`Langflow did not remove the flow "${flow.name}": delete it there.`);
    });
  }
}

async function builtSource({ http, signal }: Running): Promise<BuiltComponent> {
  const source = await buildComponent(http, sampleSource, signal);
  if ("type" in source) return source;
  throw new ToolError(
    "NOT_READY",
    "This Langflow cannot make samples for fields that take connections.",
    "Run the component with samples for its other fields, or update Langflow.",
  );
}

async function runBuilt(built: BuiltComponent, flow: string, given: Running): Promise<SampledRun> {
  const { http, seconds, signal } = given;
  const { type } = built;
  const limit = AbortSignal.timeout(seconds * 1000);
  const startedAt = performance.now();
  const nodes = new Map<string, BuiltNode>();
  let failure: PythonFailure | undefined;
  const ms = () => nodes.get(sampledId)?.ms ?? Math.round(performance.now() - startedAt);
  try {
    for await (const event of buildFlowEvents(http, flow, AbortSignal.any([signal, limit]))) {
      if (event.kind === "node") nodes.set(event.node.id, event.node);
      if (event.kind === "failed") failure ??= event;
      if (event.kind === "end") break;
    }
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (!limit.aborted) throw error;
    const message = `It was stopped after ${seconds} s.`;
    return { run: { ...failedRun(type, { line: null, message }, ms()), state: "timedOut" }, flow: usedOf(flow, nodes) };
  }
  const node = nodes.get(sampledId);
  const failed = [...nodes.values()].find(({ ok }) => !ok);
  if (!node?.ok) {
    // What the node says of its failure names the component; what was said before is the failure itself.
    const said = { message: failure?.message ?? failed?.message ?? "Langflow gave no reason.", traceback: "" };
    const traceback = failure?.traceback ?? "";
    const error = await errorOf({ ...said, traceback: traceback || (failed?.traceback ?? "") }, given);
    return { run: failedRun(type, error, ms()), flow: usedOf(flow, nodes) };
  }
  const outputs = outputsOf(built, node);
  return { run: { component: type, state: "ok", outputs, error: null, ms: ms() }, flow: usedOf(flow, nodes) };
}

function usedOf(id: string, nodes: ReadonlyMap<string, BuiltNode>) {
  return { id, usedModel: [...nodes.values()].some(({ usedModel }) => usedModel) };
}

async function errorOf(failure: PythonFailure, { http, code, signal }: Running): Promise<ComponentError> {
  const before = needsLinesBefore(code, failure) ? await linesBefore(http, signal) : 0;
  return pythonError(code, failure, before);
}

function failedRun(component: string, error: ComponentError, ms: number): ComponentRun {
  return { component, state: "failed", outputs: [], error, ms };
}

function outputsOf({ component }: BuiltComponent, { outputs }: BuiltNode): readonly ComponentOutput[] {
  return component.outputs.flatMap(({ name, selected, types = [] }) => {
    if (!outputs.has(name)) return [];
    return [{ name, type: selected ?? types[0] ?? "", value: outputs.get(name) ?? null }];
  });
}
