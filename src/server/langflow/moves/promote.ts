import { needWords } from "../../../protocol/needKinds.ts";
import type { FlowNeed, Promotion } from "../../../protocol/flowNeeds.ts";
import type { NeedKind } from "../../../protocol/needKinds.ts";
import { fingerprint, flowFileText, isFields, readFlowFile } from "../../flows/files/flowFile.ts";
import type { FlowFile, ServerFlow } from "../../flows/files/flowFile.ts";
import {
  changeFields,
  filledFields,
  keysOf,
  variablesOf,
  wantedBy,
  withDefaultVariables,
} from "../../flows/files/flowNeeds.ts";
import type { VariableNames, Wanted } from "../../flows/files/flowNeeds.ts";
import { ToolError } from "../../platform/errors.ts";
import { alsoSent, createFlowTexts } from "../client/flowTexts.ts";
import type { LangflowHttp } from "../client/http.ts";
import { createServerParts } from "../client/serverParts.ts";
import { isUnchanged, pushFile, refusal } from "../pushFile.ts";
import { lastPushTo } from "../syncStore.ts";
import type { SyncStore } from "../syncStore.ts";
import { createVersions } from "../versions.ts";
import type { VersionStore } from "../versionStore.ts";
import { canCarry, carryFile, carryMcpServer, fileThere, mayBeSecret } from "./carry.ts";
import type { Mapping } from "./mapping.ts";
import { needsOn } from "./needs.ts";
import { findProjects } from "./projects.ts";
import type { ProjectsThere } from "./projects.ts";
import { connectVariables, defaultVariables } from "./variableNames.ts";
import type { DefaultVariables } from "./variableNames.ts";

interface Promoting {
  readonly source: LangflowHttp;
  readonly target: LangflowHttp;
  /** Of the flow at the source. */
  readonly id: string;
  readonly synced: SyncStore;
  readonly versions: VersionStore;
  /** Name of the environment. */
  readonly to: string;
  /** Name of a project there. */
  readonly project?: string | undefined;
  readonly mapping: Mapping;
  /** Writes nothing, and does not stop over what is missing. */
  readonly dryRun: boolean;
  readonly withoutMissing: boolean;
  readonly overwrite: boolean;
  /** Over the states there that conflicts described with these fingerprints, and no other. */
  readonly reviewed: readonly string[];
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** A flow on its way, and the one that the target has for it. */
interface Moving {
  readonly flow: ServerFlow;
  readonly counterpart: string | undefined;
  /** Ids of its projects, here and, where the target has the flow, there. */
  readonly projectHere: string | undefined;
  readonly projectThere: string | undefined;
  readonly variables: VariableNames;
  readonly needs: readonly FlowNeed[];
}

/** Brings a flow and the flows that it runs to another server. Values of keys and variables stay where they are. */
export async function promoteFlow(promoting: Promoting): Promise<Promotion> {
  const { source, target, to, withoutMissing, dryRun, mapping, progress } = promoting;
  const projects = await findProjects(promoting);
  const moving = await collect(promoting);
  mapping.checkUsed();
  const needs = moving.flatMap((one) => one.needs);
  const main = moving.at(-1);
  const isNew = main && main.counterpart === undefined;
  const project = main && isNew ? projects.of(main.projectHere).name : undefined;
  const answer = { from: source.base, to: target.base, needs, ...(project !== undefined && { project }) };
  const lacking = needs.filter(({ state, carried }) => state === "missing" && carried !== true);
  const isLacking = lacking.length > 0 && !withoutMissing;
  if (isLacking && !dryRun) {
    const lines = lacking.map(({ kind, name, note = "" }) => `${needWords[kind]} ${name}: ${note}`);
    throw new ToolError(
      "NEEDS_MISSING",
      `${to} lacks what the flow needs. ${lines.join(" ")}`,
      'Add it there, name what it is called there with --map "KIND:NAME=NAME", or promote with --without-missing.',
      { needs },
    );
  }
  const variables = await defaultVariables(target, promoting.signal);
  const conflicts = await conflictsThere(promoting, moving, variables);
  if (dryRun) {
    const lacks = isLacking ? [{ message: `${to} lacks what the flow needs.` }] : [];
    const notes = [...new Set(moving.flatMap((one) => whereTo(one, projects)))];
    return { ...answer, notes, stops: [...lacks, ...conflicts.map(stopOf)], flows: [] };
  }
  const [conflict] = conflicts;
  if (conflict) throw conflict;
  const { paths, notes } = await carryParts(promoting, moving);
  const ids = new Map<string, string>();
  const flows: Promotion["flows"][number][] = [];
  for (const one of moving) {
    progress(one.flow.name);
    const written = await writeFlow(promoting, one, { paths, ids, projects, variables });
    ids.set(one.flow.id, written.id);
    flows.push(written);
  }
  const last = flows.pop();
  if (last) flows.push({ ...last, notes: [...variables.notes, ...notes, ...last.notes] });
  return { ...answer, notes: [], stops: [], flows };
}

/** What is to be said of the project of a flow, before it goes there. */
function whereTo({ flow: { name }, counterpart, projectHere, projectThere }: Moving, projects: ProjectsThere) {
  const project = projects.of(projectHere);
  if (counterpart !== undefined) {
    return project.isAsked && project.id !== projectThere ? [`${name} moves to the project ${project.name}.`] : [];
  }
  if (project.notes.length > 0) return project.notes;
  return [`${name} goes into ${project.name === undefined ? "the default project" : `the project ${project.name}`}.`];
}

function stopOf({ message, details: { reviewed } }: ToolError): Promotion["stops"][number] {
  return { message, ...(typeof reviewed === "string" && { reviewed }) };
}

/** The flow and those that it runs and the target lacks; what is run comes first. */
async function collect(promoting: Promoting): Promise<readonly Moving[]> {
  const { source, target, id: first, mapping, signal } = promoting;
  const [from, there] = [createFlowTexts(source), createFlowTexts(target)];
  const [headers, taken, variablesThere] = await Promise.all([
    from.list(signal),
    there.list(signal),
    createServerParts(source).variables(signal),
  ]);
  const seen = new Set<string>();
  const ordered: Moving[] = [];

  async function add(id: string): Promise<void> {
    seen.add(id);
    const flow = await from.get(id, signal);
    const counterpart = await findCounterpart(promoting, flow, taken);
    const theirs = counterpart === undefined ? undefined : await there.find(counterpart, signal);
    const variables = mapping.variables(variablesOf(flow, variablesThere));
    const wanted = mapping.wanted([...wantedBy(flow, variables), ...wantedKeys(flow, variables)]);
    const found = await needsOn({ flow, wanted, target, source, signal });
    const filled = theirs ? filledFields(theirs) : new Set<string>();
    const needs: FlowNeed[] = [];
    for (const need of found) {
      const { kind, name, state } = need;
      // What the target's own flow has in the field stays there.
      const isFilled = kind === "key" || kind === "variable" ? need.usedBy.every((at) => filled.has(at)) : false;
      if (isFilled) needs.push({ kind, name, state: "present", usedBy: need.usedBy });
      // What it is mapped to is there, or is missing.
      else if (need.here !== undefined) needs.push(need);
      else if (kind === "flow" && state === "missing") {
        const sub = wanted.find((one) => one.kind === "flow" && one.name === name);
        const header = headers.find((one) => one.id === sub?.id) ?? headers.find((one) => one.name === name);
        if (header && !seen.has(header.id)) await add(header.id);
        needs.push(header ? { ...need, carried: true, note: "It is promoted along." } : need);
      } else needs.push(state === "missing" ? await carriedOrNot(promoting, need) : need);
    }
    const projectHere = headers.find((one) => one.id === id)?.folder_id ?? undefined;
    const projectThere = taken.find((one) => one.id === counterpart)?.folder_id ?? undefined;
    ordered.push({ flow, counterpart, projectHere, projectThere, variables, needs });
  }

  await add(first);
  return ordered;
}

async function carriedOrNot(promoting: Promoting, need: FlowNeed): Promise<FlowNeed> {
  if (await canCarry(promoting, need)) return carried(need);
  return need.kind === "mcpServer" ? { ...need, note: mayBeSecret } : need;
}

function carried({ kind, name, state, usedBy }: FlowNeed): FlowNeed {
  return { kind, name, state, usedBy, carried: true, note: "It is carried over." };
}

function wantedKeys(flow: FlowFile, variables: VariableNames): readonly Wanted[] {
  return keysOf(flow, variables).map((at) => ({ kind: "key", name: at, usedBy: [at] }));
}

interface Header {
  readonly id: string;
  readonly name: string;
  readonly endpoint_name?: string | null | undefined;
}

/** The target's flow for one of the source: by its id, by the one that it got there, or by its name when that is allowed. */
async function findCounterpart(
  { target, to, synced, overwrite }: Promoting,
  { id, name, fields }: FlowFile,
  taken: readonly Header[],
): Promise<string | undefined> {
  const given = (await synced.read(idsOn(target), id))?.trim();
  const known = taken.find((each) => each.id === id) ?? taken.find((each) => each.id === given);
  const named = taken.find((each) => each.name === name);
  if (!known && named && !overwrite) {
    throw new ToolError(
      "NAME_TAKEN",
      `${to} has another flow with the name ${name}.`,
      "Rename one of the two, or replace it with --overwrite.",
    );
  }
  const counterpart = known ?? named;
  const endpoint = fields["endpoint_name"];
  const other = taken.find((each) => each.id !== counterpart?.id && each.endpoint_name === endpoint);
  if (typeof endpoint === "string" && endpoint !== "" && other) {
    throw new ToolError(
      "NAME_TAKEN",
      `${to} has another flow, ${other.name}, with the endpoint name ${endpoint}.`,
      "Change the endpoint name of one of the two in Langflow.",
    );
  }
  return counterpart?.id;
}

const idsOn = ({ base }: LangflowHttp) => `${base} promoted-id`;
const textsOn = ({ base }: LangflowHttp) => `${base} promoted`;

/** Before anything is written there: the flows that may not be replaced. */
async function conflictsThere(
  promoting: Promoting,
  moving: readonly Moving[],
  { defaults }: DefaultVariables,
): Promise<readonly ToolError[]> {
  const { target, to, signal } = promoting;
  const server = createFlowTexts(target);
  // Of what is still to be carried, no flow there can have the path or the id yet.
  const ids = new Map(moving.map(({ flow, counterpart = flow.id }) => [flow.id, counterpart]));
  const paths = await pathsThere(promoting, moving);
  const conflicts: ToolError[] = [];
  for (const one of moving) {
    const theirs = one.counterpart === undefined ? undefined : await server.find(one.counterpart, signal);
    if (!theirs) continue;
    const { file: sent, base } = await fileFor(promoting, { ...one, theirs }, { paths, ids });
    const { flow: file } = withDefaultVariables(sent, defaults, theirs);
    try {
      isUnchanged({ path: one.flow.name, file, base, mayReplace: mayReplace(promoting) }, theirs);
    } catch (error) {
      conflicts.push(changedThere(error, one.flow.name, to));
    }
  }
  return conflicts;
}

function mayReplace({ overwrite, reviewed }: Promoting): (theirs: string) => boolean {
  return (theirs) => overwrite || reviewed.includes(fingerprint(theirs));
}

async function pathsThere(promoting: Promoting, moving: readonly Moving[]): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  const files = moving.flatMap(({ needs }) => needs).filter(({ kind }) => kind === "file");
  for (const { name, here = name } of files) paths.set(here, (await fileThere(promoting, name))?.path ?? name);
  return paths;
}

/** Files and MCP servers that the target lacks; gives the paths of files there. */
async function carryParts(promoting: Promoting, moving: readonly Moving[]) {
  const paths = new Map<string, string>();
  const notes: string[] = [];
  const done = new Set<string>();
  for (const { kind, name, here = name, carried: isCarried, state } of moving.flatMap(({ needs }) => needs)) {
    if (done.has(`${kind} ${here}`)) continue;
    done.add(`${kind} ${here}`);
    if (kind === "file" && (isCarried === true || state !== "missing")) {
      paths.set(here, await carryFile(promoting, name));
    }
    if (kind === "mcpServer" && isCarried === true) notes.push(...(await carryMcpServer(promoting, name)));
  }
  return { paths, notes };
}

interface Mapped {
  /** Paths of files there, by those at the source. */
  readonly paths: ReadonlyMap<string, string>;
  /** Ids of flows there, by those at the source. */
  readonly ids: ReadonlyMap<string, string>;
  readonly projects: ProjectsThere;
  readonly variables: DefaultVariables;
}

/** The flow as it is to be there, and what was promoted there last. */
async function fileFor(
  promoting: Promoting,
  { flow, counterpart, theirs, variables: used }: Moving & { readonly theirs: ServerFlow | undefined },
  mapped: Pick<Mapped, "paths" | "ids">,
) {
  const { target, synced, signal } = promoting;
  const plain = readFlowFile(flow.name, flowFileText(flow, { codeAsLines: false }));
  const filled = theirs ? filledFields(theirs) : new Set<string>();
  const variables = Object.fromEntries(Object.entries(used).filter(([at]) => !filled.has(at)));
  const connected = await connectVariables({ http: target, flow: plain, variables, signal });
  const there = await mapParts(promoting, connected.flow, mapped);
  const id = counterpart ?? flow.id;
  const file = { ...there, id, fields: { ...there.fields, id } };
  return { file, notes: connected.notes, base: await synced.read(textsOn(target), flow.id) };
}

async function writeFlow(promoting: Promoting, one: Moving, mapped: Mapped) {
  const { target, to, synced, versions, signal } = promoting;
  const { flow, counterpart, projectHere, projectThere } = one;
  const project = mapped.projects.of(projectHere);
  const server = createFlowTexts(target);
  const theirs = counterpart === undefined ? undefined : await server.find(counterpart, signal);
  const { file: sent, base, notes: lost } = await fileFor(promoting, { ...one, theirs }, mapped);
  const file = { ...sent, fields: { ...sent.fields, ...(project.id !== undefined && { folder_id: project.id }) } };
  const kept = createVersions(target, versions);
  const pushed = await pushFile({
    ...{ server, path: flow.name, file, base, signal },
    defaults: mapped.variables.defaults,
    mayReplace: mayReplace(promoting),
    keep: (before, keysOnly) => kept.keep(before, { keysOnly, signal }),
  }).catch((error: unknown) => {
    throw changedThere(error, flow.name, to);
  });
  await synced.write(textsOn(target), flow.id, pushed.stored);
  await synced.write(idsOn(target), flow.id, pushed.id);
  await synced.write(lastPushTo(target.base), pushed.id, pushed.stored);
  const isMoved = project.isAsked && theirs !== undefined && projectThere !== project.id;
  if (isMoved) {
    const change = { folder_id: project.id, ...alsoSent(await server.get(pushed.id, signal)) };
    await server.update(pushed.id, change, { versionToken: undefined, signal }).catch((error: unknown) => {
      throw refusal(flow.name, error);
    });
  }
  const result = isMoved && pushed.result === "unchanged" ? ("updated" as const) : pushed.result;
  const notes = [...lost, ...pushed.notes, ...(theirs ? [] : project.notes)];
  return { id: pushed.id, name: flow.name, url: `${target.base}/flow/${pushed.id}`, result, notes };
}

/** Paths of files and ids of flows as they are there; of an MCP server only its name, since the rest may be secret. */
async function mapParts(
  { target, mapping, signal }: Promoting,
  flow: FlowFile,
  { paths, ids }: Pick<Mapped, "paths" | "ids">,
): Promise<FlowFile> {
  const wanted = wantedBy(flow, {}).filter(({ kind }) => kind === "flow");
  const named = wanted.length === 0 ? [] : await createFlowTexts(target).list(signal);
  const nameThere = (kind: NeedKind, name: unknown) =>
    typeof name === "string" ? (mapping.nameThere(kind, name) ?? name) : name;
  const idThere = (id: unknown, here: unknown) => {
    if (typeof id !== "string" || id === "") return id;
    const name = nameThere("flow", here);
    if (name !== here) return named.find((one) => one.name === name)?.id ?? id;
    return (
      ids.get(id) ?? (named.some((one) => one.id === id) ? id : (named.find((one) => one.name === name)?.id ?? id))
    );
  };
  const pathThere = (path: unknown) => (typeof path === "string" ? (paths.get(path) ?? path) : path);
  return changeFields(flow, (field, at, template) => {
    const { type, value, file_path: path } = field;
    if (type === "file") return { ...field, file_path: Array.isArray(path) ? path.map(pathThere) : pathThere(path) };
    if (type === "mcp" && isFields(value)) {
      // With its one option the canvas does not ask Langflow to fill the field in again.
      const name = nameThere("mcpServer", value["name"]);
      return { ...field, value: { name, config: {} }, options: [name] };
    }
    if (at.endsWith(".knowledge_base")) return { ...field, value: nameThere("knowledgeBase", value) };
    if (/\.flow_name(_selected)?$/.test(at)) return { ...field, value: nameThere("flow", value) };
    if (!at.endsWith(".flow_id_selected")) return field;
    const chosen = template["flow_name_selected"];
    return { ...field, value: idThere(value, isFields(chosen) ? chosen["value"] : undefined) };
  });
}

/** Here nothing was pulled or pushed as a file. */
function changedThere(error: unknown, name: string, to: string): ToolError {
  if (!(error instanceof ToolError) || error.code !== "CONFLICT") throw error;
  return new ToolError(
    "CHANGED_ON_TARGET",
    `${name} was changed at ${to}, or was not promoted from here: ${to} would lose its change.`,
    "Look at it there, then promote with --overwrite.",
    error.details,
  );
}
