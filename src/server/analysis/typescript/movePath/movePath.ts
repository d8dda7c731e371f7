import path from "node:path/posix";
import type { FileChange, TextEdit } from "../../../workspace/edits/changes.ts";
import { isGenerated } from "../../../platform/fileKinds.ts";
import type { Mention } from "../answers.ts";
import type { View } from "../engine.ts";
import { mentionAt } from "../mentions.ts";
import { filesAfter, filesNow } from "../fileState.ts";
import { edited } from "../../../platform/unifiedDiff.ts";
import { specAfter } from "../fork.ts";
import { allOutputs } from "../move/outputs.ts";
import type { Project } from "../project.ts";
import { keyOf, slashed } from "../ts.ts";
import type { ts } from "../ts.ts";
import { usesOf } from "./codeUses.ts";
import type { UsingFile } from "./codeUses.ts";
import { configEdits, includingEdit, isConfig } from "./configPaths.ts";
import type { ConfigChange } from "./configPaths.ts";
import { createCodeFollower } from "./followCode.ts";
import { mentionsIn } from "./mentions.ts";
import { movesOf } from "./moves.ts";
import type { Moves } from "./moves.ts";
import { refuseMove } from "./refusals.ts";
import { textOf, workspaceTexts } from "./workspaceTexts.ts";

export interface MovedPath {
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
  readonly mentions: readonly Mention[];
}

interface Asked {
  readonly from: string;
  readonly to: string;
  /** Files that move besides the one: from where to where. */
  readonly along?: ReadonlyMap<string, string> | undefined;
  /** Files that may not be written. */
  readonly leave?: readonly string[] | undefined;
}

/** Moves a file or folder; whatever leads to it or from it leads there afterwards, is refused, or is listed. */
export function movePath(view: View, asked: Asked): MovedPath {
  const [from, to] = [slashed(asked.from), slashed(asked.to)];
  const left = new Set((asked.leave ?? []).map((file) => keyOf(slashed(file))));
  const along = asked.along ?? new Map<string, string>();
  refuseMove(view, from, to);
  for (const [file, goal] of along) refuseMove(view, file, goal);
  const moves = movesOf(view, from, to, along);
  const plan: Plan = { view, moves, edits: new Map(), understood: new Map(), notes: [], mentions: [] };
  const { files, isCut } = workspaceTexts(view);
  followConfigs(plan, files, left);
  keepIncluded(plan, left);
  followCode(plan);
  for (const file of files) mentionRest(plan, file);
  if (isCut) plan.notes.push("The workspace has more files than were searched for mentions of the path.");
  return { changes: changesOf(plan), notes: plan.notes, mentions: plan.mentions };
}

interface Plan {
  readonly view: View;
  readonly moves: Moves;
  readonly edits: Map<string, readonly TextEdit[]>;
  readonly understood: Map<string, readonly { readonly pos: number; readonly end: number }[]>;
  readonly notes: string[];
  readonly mentions: Mention[];
}

/** First of all, since they say where imports lead. */
function followConfigs(plan: Plan, files: readonly string[], left: ReadonlySet<string>): void {
  const { view, moves, edits, understood } = plan;
  for (const file of files) {
    if (!isConfig(view, file)) continue;
    const text = view.files.text(file) ?? "";
    const change = configEdits(view, moves, file, text);
    understood.set(keyOf(file), change.understood);
    noteBuilt(plan, file, text, change);
    if (change.edits.length === 0) continue;
    if (left.has(keyOf(file))) leaveConfig(plan, file, text, change.edits);
    else edits.set(file, change.edits);
  }
}

/** What is built from a file that moves will be built elsewhere too. */
function noteBuilt({ view, moves, notes, mentions }: Plan, file: string, text: string, change: ConfigChange): void {
  const { outputsOf } = allOutputs(view, filesNow(view.files));
  const built = new Map([...moves.files.keys()].flatMap((from) => outputsOf(from).map((to) => [to, from])));
  for (const { pos, end } of change.understood) {
    const named = text.slice(pos, end);
    const source = built.get(path.join(path.dirname(file), named));
    // In a folder that moves as a whole, its name is what leads there.
    if (source === undefined || moves.has(file)) continue;
    mentions.push(mentionAt(view, file, text, pos));
    notes.push(`${view.displayPath(file)} names ${named}, which is built from ${view.displayPath(source)}: change it.`);
  }
}

function leaveConfig({ view, notes, mentions }: Plan, file: string, text: string, edits: readonly TextEdit[]): void {
  for (const { start, end, newText } of edits) {
    mentions.push(mentionAt(view, file, text, start));
    const change = `${text.slice(start, end)} would become ${newText}`;
    notes.push(`${view.displayPath(file)} is protected and stays as it is: ${change}.`);
  }
}

function followCode(plan: Plan): void {
  const { view, moves, edits, understood, notes, mentions } = plan;
  const after = textsAfter(plan);
  const state = filesAfter(view.files, after, moves.after);
  noteLeftOut(plan);
  const options = new Map<Project, ts.CompilerOptions>();
  const configured = [...edits.keys()].map(keyOf);

  function optionsAfter(project: Project): ts.CompilerOptions {
    const known = options.get(project);
    if (known) return known;
    const config = view.configs.find((one) => one.path === project.id);
    const isSame = !config || !(moves.has(project.id) || configured.some((key) => config.sources.has(key)));
    const made = isSame
      ? project.spec.options
      : specAfter(view, project, { after, state, config: moves.after(project.id) }).options;
    options.set(project, made);
    return made;
  }

  const mention = (file: string, text: string, at: number) => void mentions.push(mentionAt(view, file, text, at));
  const note = (text: string) => void notes.push(text);
  const follower = createCodeFollower({ view, moves, state, optionsAfter, mention, note });
  for (const [key, using] of usesOf(view, moves)) {
    understood.set(key, [...using.understood, ...rangesOf(using)]);
    const changed = follower.edits(using);
    if (changed.length > 0) edits.set(using.name, changed);
  }
}

/** What a project lists and would not list any more stays in it, unless another one has it then. */
function keepIncluded(plan: Plan, left: ReadonlySet<string>): void {
  const { view, moves, edits, notes } = plan;
  const after = textsAfter(plan);
  const state = filesAfter(view.files, after, moves.after);
  const futures = view.projects
    .filter(({ id }) => view.configs.some((one) => one.path === id))
    .map((project) => ({ project, spec: specAfter(view, project, { after, state, config: moves.after(project.id) }) }));
  const listedThen = new Set(futures.flatMap(({ spec }) => spec.fileNames.map(keyOf)));
  for (const { project, spec } of futures) {
    const names = new Set(spec.fileNames.map(keyOf));
    const listed = project.spec.fileNames.filter((file) => moves.files.has(file)).map(moves.after);
    const lost = listed.filter((file) => !names.has(keyOf(file)));
    const [first] = lost;
    if (first === undefined) continue;
    // Only a whole folder is named by one path.
    const isWhole = moves.isFolder && lost.length === listed.length;
    const target = isWhole ? moves.after(moves.from) : first;
    const isElsewhere = lost.some((file) => listedThen.has(keyOf(file))) || moves.has(project.id);
    const canStay = !isElsewhere && (isWhole || lost.length === 1) && !movesOutputs(project.spec.options, target);
    const edit = canStay ? includingEdit(view.files.text(project.id) ?? "", project.id, target) : undefined;
    if (edit && !left.has(keyOf(project.id))) {
      edits.set(project.id, [...(edits.get(project.id) ?? []), edit]);
      notes.push(`${view.displayPath(project.id)} includes ${view.displayPath(target)} now, so that it stays checked.`);
    } else {
      const more = lost.length > 1 ? ` and ${lost.length - 1} more` : "";
      notes.push(`${view.displayPath(project.id)} does not include ${view.displayPath(first)}${more}.`);
    }
  }
}

/** Whether a source at this path could make the compiler write all outputs elsewhere, or fail. */
function movesOutputs({ rootDir, outDir, declarationDir }: ts.CompilerOptions, target: string): boolean {
  if (rootDir !== undefined) return !keyOf(target).startsWith(`${keyOf(rootDir)}/`);
  // Older compilers take the folder that all sources have in common.
  return outDir !== undefined || declarationDir !== undefined;
}

/** What does not move along, and what checks would pass over. */
function noteLeftOut({ view, moves, notes }: Plan): void {
  const hidden = [...moves.files].find(([, to]) => isGenerated(view.nameInRoot(to)));
  if (hidden && !isGenerated(view.nameInRoot(hidden[0]))) {
    notes.push(`${view.displayPath(hidden[1])} is in a folder of generated files, which checks leave out.`);
  }
  for (const folder of moves.left) {
    notes.push(
      `${view.displayPath(folder)} stays: it is a link or what an install makes. Install again after the move.`,
    );
  }
  const manifest = moves.isFolder ? [...moves.files.keys()].find((file) => file.endsWith("/package.json")) : undefined;
  if (manifest === undefined) return;
  notes.push("A package moves: install again, so that links in node_modules lead to it.");
}

function rangesOf({ uses }: UsingFile) {
  return [...uses.values()].map((use) => use.path.range);
}

/** What decides about imports; of other files only that they are there. */
function textsAfter({ view, moves, edits }: Plan): Map<string, string | undefined> {
  const after = new Map<string, string | undefined>();
  const text = (file: string) => edited(view.files.text(file) ?? "", edits.get(file) ?? []);
  for (const file of edits.keys()) after.set(file, text(file));
  for (const file of moves.files.keys()) after.set(file, undefined);
  for (const [file, to] of moves.files) after.set(to, file.endsWith(".json") ? text(file) : "");
  return after;
}

function mentionRest({ view, moves, understood, mentions }: Plan, file: string): void {
  const text = textOf(view, file);
  if (text !== undefined) mentions.push(...mentionsIn({ view, moves }, file, text, understood.get(keyOf(file)) ?? []));
}

function changesOf({ moves, edits }: Plan): FileChange[] {
  return [
    ...[...moves.files].map(([from, to]): FileChange => ({
      kind: "rename",
      path: from,
      to,
      edits: edits.get(from) ?? [],
    })),
    ...[...edits]
      .filter(([file]) => !moves.files.has(file))
      .map(([file, all]): FileChange => ({ kind: "edit", path: file, edits: all })),
  ];
}
