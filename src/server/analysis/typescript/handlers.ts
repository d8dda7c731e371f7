import type { Handlers } from "../answerCalls.ts";
import type { NamedRoot, ProjectMethods } from "../messages.ts";
import { documentedExports } from "./documented/documented.ts";
import { findDiagnostics } from "./diagnostics.ts";
import { createEngine } from "./engine.ts";
import { createImpactCache } from "./impact/impactCache.ts";
import { createNamesCheck } from "./names.ts";
import { findReferences } from "./references.ts";
import { seededFaults } from "./seededFaults.ts";
import { refactor } from "./refactor.ts";
import { missingComments } from "./tsdoc/tsdoc.ts";
import { findSymbols } from "./findSymbols.ts";

/** The methods of the project thread. */
export function projectHandlers(roots: readonly NamedRoot[]): Handlers<keyof ProjectMethods> {
  const { ask, remembering } = createEngine(roots);
  const checkNames = createNamesCheck();
  const impactOf = createImpactCache(checkNames);
  return {
    symbols: remembering(findSymbols),
    references: remembering(findReferences),
    diagnostics: remembering(findDiagnostics),
    exports: remembering(documentedExports),
    faults: remembering(seededFaults),
    comments: (query, context) => ask(context, (view) => missingComments(view, query)),
    refactor: (query, context) => ask(context, (view) => refactor(view, query, checkNames)),
    impact: (query, context) => ask(context, (view) => impactOf(view, query)),
  };
}
