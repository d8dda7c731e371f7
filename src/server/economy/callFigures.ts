import { Buffer } from "node:buffer";
import type { ToolCallRecord } from "../platform/call.ts";
import type { Migration } from "../storage/migrate.ts";

/** A number that the ledger stores of each tool call. */
interface CallFigure {
  /** In the table `calls`. */
  readonly column: string;
  /** Adds the column to ledgers that are there; the first ones came with the table. Ids go on from schema.ts. */
  readonly migration?: Migration;
  of(record: ToolCallRecord): number;
  /** The field of `LedgerTotal` that has its sum over the calls of a tool, client or day. */
  readonly sum?: string;
}

export const callFigures: readonly CallFigure[] = [
  { column: "duration_ms", of: ({ durationMs }) => durationMs, sum: "duration" },
  { column: "input_bytes", of: ({ inputText }) => Buffer.byteLength(inputText) },
  { column: "output_bytes", of: ({ outputText }) => Buffer.byteLength(outputText) },
];

export const summedFigures = callFigures.flatMap(({ column, sum }) => (sum === undefined ? [] : [{ column, sum }]));
