import type { CallOptions } from "../analysis/types.ts";
import type { WorkspacePath } from "../workspace/paths/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { piecesOf } from "./markers.ts";
import type { Damage, Piece } from "./markers.ts";

/** A file where a page is, or would be. */
export interface WrittenFile {
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly damage?: Damage;
  /** What its first section is about, `page src/a.ts` or `overview .`; undefined in a file of others. */
  readonly subject: string | undefined;
}

const subjectId = /^(?:page|overview) ./;
const hint = "<!-- langflow-connect:begin ";

/** The files below the folder of the pages, by their display paths. */
export async function createWrittenFiles(workspace: Workspace, folder: WorkspacePath, { signal }: CallOptions) {
  const known = new Map<string, Promise<WrittenFile | undefined>>();
  const below = (name: string) => (folder.displayPath === "." ? name : `${folder.displayPath}/${name}`);
  const listed = folder.exists
    ? (await workspace.listFiles(folder.absolute, { root: folder.root.path, signal })).files
    : [];

  async function load(file: string): Promise<WrittenFile | undefined> {
    const location = await workspace.resolve(file);
    if (!location.exists && workspace.documents.editorText(location.absolute) === undefined) return undefined;
    const { text } = await workspace.documents.read(location.absolute);
    const pieces = piecesOf(text);
    if ("message" in pieces) return { text, pieces: [], damage: pieces, subject: undefined };
    const first = pieces.find((piece) => piece.kind === "section" && subjectId.test(piece.id));
    return { text, pieces, subject: first?.kind === "section" ? first.id : undefined };
  }

  function read(file: string): Promise<WrittenFile | undefined> {
    const found = known.get(file) ?? load(file);
    known.set(file, found);
    return found;
  }

  return {
    below,
    read,
    /** Pages of modules that were written before. */
    async pages(): Promise<{ readonly file: string; readonly module: string }[]> {
      const found: { file: string; module: string }[] = [];
      for (const name of listed) {
        if (!name.endsWith(".md")) continue;
        const file = below(name);
        const page = await read(file);
        if (page?.subject?.startsWith("page ")) found.push({ file, module: page.subject.slice("page ".length) });
        // One whose markers are damaged is reported by the name that it has.
        else if (page?.damage && page.text.includes(`${hint}page_`))
          found.push({ file, module: name.slice(0, -".md".length) });
      }
      return found;
    },
  };
}
