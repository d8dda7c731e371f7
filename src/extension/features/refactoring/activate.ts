import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { previewExtract, previewRename } from "./commands.ts";
import { previewMove, previewMovePath } from "./moveCommands.ts";

/** Refactorings of the code at the cursor, and of files. */
export function activateRefactoring(
  server: WindowServer,
): Feature<"previewRename" | "previewMove" | "previewMovePath" | "previewExtract"> {
  return {
    disposables: [],
    commands: {
      previewRename: () => previewRename(server),
      previewMove: () => previewMove(server),
      previewMovePath: (argument) => previewMovePath(server, argument),
      previewExtract: (argument) => previewExtract(server, argument),
    },
  };
}
