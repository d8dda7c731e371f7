import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { previewExtract, previewRename } from "./commands.ts";

/** Refactorings of the code at the cursor. */
export function activateRefactoring(server: WindowServer): Feature<"previewRename" | "previewExtract"> {
  return {
    disposables: [],
    commands: {
      previewRename: () => previewRename(server),
      previewExtract: (argument) => previewExtract(server, argument),
    },
  };
}
