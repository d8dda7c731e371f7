import { ToolError } from "../platform/errors.ts";
import { defaultExclusions } from "../platform/ignoreRules.ts";
import type { Exclusions } from "../platform/ignoreRules.ts";
import { createFileLister } from "../platform/listFiles.ts";
import type { FileLister } from "../platform/listFiles.ts";
import { createDocuments } from "./texts/documents.ts";
import type { Document, Documents } from "./texts/documents.ts";
import { listDirectory } from "./paths/listDirectory.ts";
import type { DirectoryListing, ListOptions } from "./paths/listDirectory.ts";
import { createDisplayText } from "./paths/displayText.ts";
import { notFound } from "./paths/notFound.ts";
import { resolvePath, rootOf, displayPathIn } from "./paths/paths.ts";
import type { WorkspacePath } from "./paths/paths.ts";
import { openRoots } from "./paths/roots.ts";
import type { Root } from "./paths/roots.ts";
import { scopeOf } from "./paths/scope.ts";
import type { Scope } from "./paths/scope.ts";
import { isSecretFile } from "./paths/secrets.ts";

/** The folders that tools may touch, and the texts in them. */
export interface Workspace {
  readonly roots: readonly Root[];
  readonly documents: Documents;
  /** A caller's path as a location inside the roots; absolute ones are taken when they are inside. */
  resolve(path: string): Promise<WorkspacePath>;
  /** The same for what is on the disk or in the editor; NOT_FOUND names the nearest paths that exist. */
  existing(path: string): Promise<WorkspacePath>;
  /** The part of the workspace that an existing path names; everything without one. */
  scope(path?: string): Promise<Scope>;
  /** The text of an existing file that may be shown: SECRET_FILE for one that contains credentials. */
  read(path: string): Promise<{ readonly location: WorkspacePath; readonly document: Document }>;
  list(options: ListOptions): Promise<DirectoryListing>;
  /** The files of a folder in the roots; it remembers the last walk of each root. */
  readonly listFiles: FileLister;
  /** Words for a client without the folders of this machine. */
  displayText(text: string): string;
  /** The name callers use for an absolute path; the path itself when it is in no root. */
  displayPath(absolute: string): string;
}

/**
 * @param exclusions What the editor leaves out of its own search; VS Code's defaults without one.
 * @param prefix What paths begin with in a workspace of one folder that stands beside another workspace.
 */
export async function openWorkspace(
  folders: readonly string[],
  exclusions: Exclusions = defaultExclusions,
  prefix?: string,
): Promise<Workspace> {
  const roots = await openRoots(folders, prefix);
  const listFiles = createFileLister(exclusions);
  const documents = createDocuments();
  async function existing(path: string): Promise<WorkspacePath> {
    const location = await resolvePath(roots, path);
    if (location.exists || documents.editorText(location.absolute) !== undefined) return location;
    throw await notFound(location, listFiles);
  }
  return {
    roots,
    documents,
    existing,
    scope: async (path = ".") => scopeOf(roots, path === "." ? undefined : await existing(path)),
    list: (options) => listDirectory(roots, options, listFiles),
    listFiles,
    displayText: createDisplayText(roots),
    resolve: (path) => resolvePath(roots, path),
    async read(path) {
      const location = await existing(path);
      if (isSecretFile(location.relative)) throw secretFile(location);
      return { location, document: await documents.read(location.absolute) };
    },
    displayPath(absolute) {
      const root = rootOf(roots, absolute);
      return root ? displayPathIn(root, absolute) : absolute;
    },
  };
}

function secretFile({ displayPath }: WorkspacePath): ToolError {
  return new ToolError(
    "SECRET_FILE",
    `${displayPath} is a file with credentials by its name, so its content is not shown.`,
    "Ask the user for what is needed from it.",
  );
}
