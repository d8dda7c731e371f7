import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** The files in folders, at any depth, that contain one of the texts. */
export function filesWith(texts: readonly string[], ...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => {
        const bytes = readFileSync(file);
        return texts.some((text) => bytes.includes(text));
      }),
  );
}
