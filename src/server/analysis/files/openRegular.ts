import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ToolError, systemCode } from "../../platform/errors.ts";

/** Windows has neither of the last two. */
const flags = [constants.O_RDONLY, constants.O_NOFOLLOW, constants.O_NONBLOCK].reduce((all, flag) => all | flag, 0);

/** What opening a link, a socket or a device without a driver fails with. */
const notRegularCodes = ["ELOOP", "ENXIO", "ENODEV"];

/** Opens a file by its real path. A link, pipe or device under its name is refused: neither followed nor waited for. */
export async function openRegular(absolute: string): Promise<FileHandle> {
  const file = await open(absolute, flags).catch((error: unknown) => {
    throw notRegularCodes.includes(systemCode(error)) ? notRegular() : error;
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw notRegular();
}

/** The text of a file as it is; undefined when it is no regular file or cannot be read. */
export async function textIn(absolute: string): Promise<string | undefined> {
  const file = await openRegular(absolute).catch(() => undefined);
  try {
    return await file?.readFile("utf8");
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

function notRegular(): ToolError {
  return new ToolError(
    "NOT_A_REGULAR_FILE",
    "The path is not a regular file.",
    "Choose a file; list_directory shows the kinds.",
  );
}
