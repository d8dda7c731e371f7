import path from "node:path/posix";
import { ToolError } from "../../../platform/errors.ts";
import type { TextEdit } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { filesNow } from "../fileState.ts";
import type { FileState } from "../fileState.ts";
import { outputsFor } from "../move/outputs.ts";
import type { Outputs } from "../move/outputs.ts";
import { createResolver, queryOf } from "../move/resolver.ts";
import type { Resolver } from "../move/resolver.ts";
import { dotted, packageOf, specifiersTo } from "../move/specifiers.ts";
import type { Project } from "../project.ts";
import { keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";
import type { CodePath } from "./codePaths.ts";
import type { CodeUse, UsingFile } from "./codeUses.ts";
import type { Moves } from "./moves.ts";

export interface Following {
  readonly view: View;
  readonly moves: Moves;
  /** The files as they will be. */
  readonly state: FileState;
  optionsAfter(project: Project): ts.CompilerOptions;
  /** Something that stays as it is and should be looked at. */
  mention(file: string, text: string, at: number): void;
  note(text: string): void;
}

export interface CodeFollower {
  /** The edits by which a file's paths lead where they led. */
  edits(using: UsingFile): TextEdit[];
}

/** Leads paths in code to where their files will be; each new one is resolved in every project that has the file. */
export function createCodeFollower(following: Following): CodeFollower {
  const { view, moves, state } = following;
  const resolvers = new Map<Project, Resolver>();

  function resolverAfter(project: Project): Resolver {
    const known = resolvers.get(project);
    if (known) return known;
    const options = following.optionsAfter(project);
    const outputs = outputsAfter(project);
    const made = createResolver({ files: state, options, folder: moves.after(project.spec.folder), outputs });
    resolvers.set(project, made);
    return made;
  }

  function outputsAfter(project: Project): Outputs | undefined {
    return outputsFor(project, { view, files: state, after: moves.after });
  }

  /** The new text of a path; undefined when it stays. */
  function followed(using: UsingFile, { path: one, targets }: CodeUse): string | undefined {
    const { name: from } = using;
    const own = targets.flatMap(({ project, target }) => (target === undefined ? [] : [{ project, target }]));
    const [first] = own;
    if (!first) return unresolved(using, one);
    if (one.kind !== "module" && plainTarget(from, one) === first.target) return plainPath(moves, from, one);
    // What a package manager installed is found by name from everywhere.
    if (!one.text.startsWith(".") && !view.isOwn(first.target)) return undefined;
    const reaches = (text: string) =>
      own.every(({ project, target }) => {
        const at = { from: moves.after(from), mode: one.mode };
        const found = resolverAfter(project).resolve(one.kind === "url" ? dotted(text) : text, at);
        return found !== undefined && keyOf(found) === keyOf(moves.after(target));
      });
    if (reaches(one.text)) return undefined;
    const fitting = [...candidates(own, from, one)].find(reaches);
    if (fitting === undefined) throw unreachable(view, moves, from, first.target);
    return one.kind === "url" && !one.text.startsWith(".") ? fitting.replace(/^\.\//, "") : fitting;
  }

  function* candidates(own: readonly { project: Project; target: string }[], from: string, { text, kind }: CodePath) {
    const query = queryOf(text);
    const plain = text.slice(0, text.length - query.length);
    const model = kind === "url" ? dotted(plain) : plain;
    for (const { project, target } of own) {
      const asking = {
        from: moves.after(from),
        files: state,
        options: following.optionsAfter(project),
        folder: moves.after(project.spec.folder),
        outputs: outputsAfter(project),
        model,
        crosses: model.startsWith(".") && crosses(view, from, target),
      };
      for (const one of specifiersTo(asking, moves.after(target))) yield one + query;
    }
  }

  function unresolved({ name, file }: UsingFile, one: CodePath): string | undefined {
    if (!moves.has(name) || !/^\.{1,2}(?:\/|$)/.test(one.text)) return undefined;
    following.mention(name, file.text, one.range.pos);
    // Nothing is there yet, such as what a generator writes: it is looked for where it was.
    return plainPath(moves, name, one);
  }

  return {
    edits(using) {
      return [...using.uses.values()]
        .flatMap((use): TextEdit[] => {
          const text = followed(using, use);
          const { range, write } = use.path;
          return text === undefined ? [] : [{ start: range.pos, end: range.end, newText: write?.(text) ?? text }];
        })
        .sort((a, b) => a.start - b.start);
    },
  };
}

/** Whether a relative path of these files leads from one package to another. */
function crosses({ files }: View, from: string, target: string): boolean {
  const now = filesNow(files);
  return packageOf(now, from)?.folder !== packageOf(now, target)?.folder;
}

/** What a path names when it is one from the folder of its file, with every ending. */
function plainTarget(from: string, { text }: CodePath): string {
  return path.join(path.dirname(from), text).replace(/(.)\/$/, "$1");
}

/** The same target by a relative path that looks like the old one. */
function plainPath(moves: Moves, from: string, one: CodePath): string | undefined {
  const target = moves.after(plainTarget(from, one));
  if (plainTarget(moves.after(from), one) === target) return undefined;
  const relative = path.relative(path.dirname(moves.after(from)), target);
  const isDotted = one.text.startsWith(".") || one.kind === "module" || one.kind === "file";
  return (isDotted ? dotted(relative) : relative) + (one.text.endsWith("/") ? "/" : "");
}

function unreachable(view: View, moves: Moves, from: string, target: string): ToolError {
  const [user, used] = [from, target].map((file) => view.displayPath(moves.after(file)));
  const message = `${user ?? ""} could not import ${used ?? ""}: no path, export or import map leads there.`;
  return new ToolError(
    "UNREACHABLE",
    message,
    "Choose a target in the same package, or let the package export it first.",
  );
}
