import { notedAccessors, refuseAccessors } from "./accessors.ts";
import { refuseLostComments } from "./comments.ts";
import type { Conversion, Converted } from "./conversion.ts";
import { checkedDefaultExport, checkedNamedExport, refuseDefaultExport, refuseNamedExport } from "./exports.ts";
import { refuseExtracted } from "./extracted.ts";
import { parenthesizedArrow, refuseArrow, refuseNamed, refuseOwnThis } from "./functions.ts";
import { completedImports, refuseNamedImports, refuseNamespaceImport } from "./imports.ts";
import { checkedOptionalChain } from "./optionalChain.ts";
import { checkedParameters, refuseParameters } from "./parameters.ts";
import { checkedReturnType, refuseOverloads } from "./signatures.ts";
import { checkedTemplate } from "./template.ts";
import { checkedType, movedTypedef, refuseType } from "./types.ts";

interface Checks {
  /** Refuses before the compiler is asked for its edits. */
  readonly before?: (conversion: Conversion) => void;
  /** Refuses, corrects or adds to what the compiler made. */
  readonly after?: (conversion: Conversion, converted: Converted) => Converted;
}

/** By the compiler's kind of an action. */
const checks: Readonly<Record<string, Checks>> = {
  "refactor.rewrite.function.anonymous": { before: refuseOwnThis },
  "refactor.rewrite.function.named": { before: refuseNamed },
  "refactor.rewrite.function.arrow": { before: refuseArrow, after: parenthesizedArrow },
  "refactor.rewrite.expression.optionalChain": { after: checkedOptionalChain },
  "refactor.rewrite.export.named": { before: refuseNamedExport, after: checkedNamedExport },
  "refactor.rewrite.export.default": { before: refuseDefaultExport, after: checkedDefaultExport },
  "refactor.rewrite.import.default": { before: refuseNamespaceImport },
  "refactor.rewrite.import.named": { before: refuseNamedImports, after: completedImports },
  "refactor.rewrite.import.namespace": { before: refuseNamespaceImport },
  "refactor.rewrite.parameters.toDestructured": { before: refuseParameters, after: checkedParameters },
  "refactor.rewrite.property.generateAccessors": { before: refuseAccessors, after: notedAccessors },
  "refactor.rewrite.function.returnType": { after: checkedReturnType },
  "refactor.rewrite.function.overloadList": { before: refuseOverloads },
  "refactor.extract.function": { before: refuseExtracted },
  "refactor.extract.type": { before: refuseType, after: checkedType },
  "refactor.extract.interface": { before: refuseType, after: checkedType },
  "refactor.extract.typedef": { after: movedTypedef },
  "refactor.rewrite.string": { after: checkedTemplate },
};

/** Actions that change other files as well, of which other projects can have more. */
export function reachesOtherFiles(kind: string): boolean {
  return kind.startsWith("refactor.rewrite.export.") || kind === "refactor.rewrite.parameters.toDestructured";
}

export function refuseConversion(kind: string, conversion: Conversion): void {
  checks[kind]?.before?.(conversion);
}

export function checkedConversion(kind: string, conversion: Conversion, changes: Converted["changes"]): Converted {
  const converted = { changes, conflicts: [], notes: [] };
  const checked = checks[kind]?.after?.(conversion, converted) ?? converted;
  if (/^refactor\.(?:rewrite|extract\.(?:type|interface|typedef))/.test(kind)) refuseLostComments(conversion, checked);
  return checked;
}
