import type { Analysis } from "../analysis/analysis.ts";
import type { RepositoryAnswer } from "../analysis/repository/answer.ts";
import type { CallOptions } from "../analysis/types.ts";
import type { DocumentedModule } from "../analysis/typescript/answers.ts";
import type { Incomplete } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import type { FileChange } from "../workspace/edits/changes.ts";
import type { PlanConflict } from "../workspace/edits/edits.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { linksOfAuthors } from "./authorLinks.ts";
import { firstSentence } from "./comment.ts";
import { address } from "./markdown.ts";
import { relativePath } from "./links.ts";
import { keptOverview } from "./overview.ts";
import { changeOf } from "./pageChange.ts";
import { createPageLinks } from "./pageLinks.ts";
import { modulePage } from "./reference.ts";
import type { Section } from "./sections.ts";
import { createWrittenFiles } from "./writtenFiles.ts";
import type { WrittenFile } from "./writtenFiles.ts";

export interface DocumentationDeps {
  readonly workspace: Workspace;
  readonly analysis: Pick<Analysis, "exports" | "repository">;
}

/** What the pages below a folder need to say what the code says. */
export interface WrittenPages {
  readonly title: string;
  readonly files: readonly { readonly path: string; readonly change: "create" | "edit" | "delete" }[];
  readonly changes: readonly FileChange[];
  /** Generated texts that somebody edited, which would be replaced. */
  readonly conflicts: readonly PlanConflict[];
  readonly diffs: readonly { readonly path: string; readonly text: string }[];
  readonly incomplete: readonly Incomplete[];
}

export function createWriter(deps: DocumentationDeps) {
  const { workspace, analysis } = deps;

  return async function written(
    { path, to }: { readonly path?: string | undefined; readonly to: string },
    options: CallOptions,
  ): Promise<WrittenPages> {
    const scope = await workspace.scope(path);
    const { target } = scope;
    if (target?.isFolder === false) {
      const remedy = "Leave `path` out, or name a folder; leave `to` out for the page of a file.";
      throw new ToolError("INVALID_ARGUMENT", "Pages are written for a folder, not for one file.", remedy);
    }
    const folder = await workspace.resolve(to);
    const { modules, incomplete } = await analysis.exports({ path: target?.absolute }, options);
    const facts = await analysis.repository(scope, options);
    const existing = await createWrittenFiles(workspace, folder, options);
    const overviewFile = existing.below("README.md");
    const fileOf = (module: string) => existing.below(`${module}.md`);
    const subject = `overview ${target?.displayPath ?? "."}`;
    checkSubject(await existing.read(overviewFile), { subject, to });

    const unread: Incomplete[] = [...incomplete, ...facts.incomplete];
    const documented = modules.filter(({ exports }) => exports.length > 0);
    const writable: DocumentedModule[] = [];
    for (const module of documented) {
      const reason = reasonToLeave(await existing.read(fileOf(module.path)));
      if (reason === undefined) writable.push(module);
      else unread.push({ path: fileOf(module.path), reason });
    }
    const authors = await linksOfAuthors(workspace, writable);
    const pages = new Map(writable.map((module) => [module.path, module]));
    const linksFrom = (file: string) =>
      createPageLinks({ file, pages, fileOf, overviewFile, authors, isOneRoot: workspace.roots.length === 1 });

    const drafts: { file: string; sections: readonly Section[] }[] = [];
    const leave = reasonToLeave(await existing.read(overviewFile));
    if (leave === undefined) drafts.push({ file: overviewFile, sections: overview(writable) });
    else unread.push({ path: overviewFile, reason: leave });
    for (const module of writable)
      drafts.push({ file: fileOf(module.path), sections: modulePage(module, linksFrom(fileOf(module.path))) });

    const files: WrittenPages["files"][number][] = [];
    const changes: FileChange[] = [];
    const conflicts: PlanConflict[] = [];
    const diffs: { path: string; text: string }[] = [];
    const add = async (file: string, sections: readonly Section[]) => {
      const location = await workspace.resolve(file);
      const made = changeOf({ file, absolute: location.absolute, before: await existing.read(file), sections });
      conflicts.push(...made.conflicts);
      if (!made.change) return;
      files.push({ path: file, change: made.change.kind === "rename" ? "edit" : made.change.kind });
      changes.push(made.change);
      diffs.push({ path: file, text: made.diff });
    };
    for (const { file, sections } of drafts) await add(file, sections);
    for (const { file, module } of await existing.pages()) {
      if (pages.has(module) || drafts.some((draft) => draft.file === file)) continue;
      const isRead = modules.some((each) => each.path === module);
      if (!isRead && unread.length > 0 && (await workspace.resolve(module)).exists) {
        unread.push({ path: file, reason: `${module} could not be read, so its page stays as it is.` });
        continue;
      }
      const reason = reasonToLeave(await existing.read(file));
      if (reason === undefined) await add(file, []);
      else unread.push({ path: file, reason });
    }
    return {
      title: `Write documentation to ${folder.displayPath}`,
      files,
      changes,
      conflicts,
      diffs,
      incomplete: unread,
    };

    function overview(listed: readonly DocumentedModule[]): Section[] {
      const links = linksFrom(overviewFile);
      const title = target?.displayPath ?? workspace.roots.map(({ name }) => name).join(", ");
      const items = listed.map((module) => ({
        path: module.path,
        address: address(relativePath(overviewFile, fileOf(module.path))),
        text: firstSentence(module, module.path, links),
      }));
      const [first, ...rest] = keptOverview(title, factsOf(facts, folder.displayPath), items);
      return first ? [{ id: subject, content: first.content }, ...rest] : rest;
    }
  };
}

/** The pages are no part of what they describe. */
function factsOf(facts: RepositoryAnswer, folder: string): RepositoryAnswer {
  const isPage = (path: string) => path === folder || path.startsWith(`${folder}/`);
  return { ...facts, modules: facts.modules.filter(({ path }) => !isPage(path)) };
}

function checkSubject(file: WrittenFile | undefined, { subject, to }: { subject: string; to: string }): void {
  if (file?.subject === undefined || file.subject === subject) return;
  const other = file.subject.replace(/^overview /, "");
  throw new ToolError(
    "CONFLICT",
    `${to} has the pages of ${other === "." ? "the whole workspace" : other}.`,
    "Call with that `path`, or choose another folder for `to`.",
  );
}

function reasonToLeave(file: WrittenFile | undefined): string | undefined {
  if (!file) return undefined;
  if (file.damage)
    return `Its markers cannot be read at line ${String(file.damage.line)}: ${file.damage.message} Nothing was changed.`;
  return file.subject === undefined
    ? "The file was not written by generate_documentation, so it stays as it is."
    : undefined;
}
