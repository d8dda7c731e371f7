import { Uri, window, workspace } from "vscode";

interface Saved {
  /** Proposed for the file. */
  readonly name: string;
  /** As VS Code's dialog wants it: what the kind is called, and the ends of its names. */
  readonly kind: Readonly<Record<string, string[]>>;
  content(): Promise<string | Uint8Array>;
}

/** Writes what a page shows to a file that the user chooses, and says so, or why it was not written. */
export async function saveAs({ name, kind, content }: Saved): Promise<void> {
  const file = name.replaceAll(/[\\/:*?"<>|#%]/g, "_");
  const root = workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file");
  const defaultUri = root ? Uri.joinPath(root.uri, file) : Uri.file(file);
  const target = await window.showSaveDialog({ title: `Export ${file}`, defaultUri, filters: { ...kind } });
  if (!target) return;
  const written = target.path.split("/").at(-1) ?? file;
  try {
    const given = await content();
    await workspace.fs.writeFile(target, typeof given === "string" ? new TextEncoder().encode(given) : given);
  } catch (error) {
    void window.showErrorMessage(
      `${written} was not written: ${error instanceof Error ? error.message : String(error)}`,
    );
    return;
  }
  void window.showInformationMessage(`Exported to ${written}.`);
}
