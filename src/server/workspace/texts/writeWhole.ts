import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { anchored, openFolder } from "../../platform/openFile.ts";

/** Writes a file whole or not at all, by its real path inside the roots; its folders are made. */
export async function writeWhole(absolute: string, text: string): Promise<void> {
  const folder = path.dirname(absolute);
  await mkdir(folder, { recursive: true });
  // Through the open folder: no link that somebody puts there in between leads elsewhere.
  const handle = await openFolder(folder);
  const name = path.basename(absolute);
  const temporary = anchored(handle, folder, `.flow-${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, anchored(handle, folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
