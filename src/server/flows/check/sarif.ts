import type { FlowProblem } from "../../../protocol/flowFiles.ts";
import type { TextRange } from "../files/jsonPositions.ts";

/** A file with its problems, each with the part of the text that it is about. */
export interface CheckedText {
  readonly path: string;
  readonly text: string;
  readonly problems: readonly (FlowProblem & TextRange)[];
}

/** The Static Analysis Results Interchange Format 2.1.0 of OASIS, which code hosts show beside the lines of a change. */
export function sarifOf(files: readonly CheckedText[], version: string): object {
  const codes = [...new Set(files.flatMap(({ problems }) => problems.map(({ code }) => code)))].sort();
  const driver = { name: "Langflow Connect", version, rules: codes.map((id) => ({ id })) };
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results: files.flatMap(resultsOf) }],
  };
}

const levels = { error: "error", warning: "warning", info: "note" } as const;

function resultsOf({ path, text, problems }: CheckedText): object[] {
  const lines = lineStarts(text);
  // Of paths with spaces and the like: it is a URI.
  const uri = path.split("/").map(encodeURIComponent).join("/");
  return problems.map(({ code, severity, message, node, field, start, end }) => {
    const region = { ...position(lines, start, "start"), ...position(lines, end, "end") };
    const name = [node, field].filter((part) => part !== undefined).join(".");
    return {
      ruleId: code,
      level: levels[severity],
      message: { text: message },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri }, region },
          ...(name !== "" && { logicalLocations: [{ fullyQualifiedName: name }] }),
        },
      ],
    };
  });
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Lines and columns from 1 on. */
function position(starts: readonly number[], offset: number, side: "start" | "end") {
  const next = starts.findIndex((start) => start > offset);
  const line = next === -1 ? starts.length : next;
  return { [`${side}Line`]: line, [`${side}Column`]: offset - (starts[line - 1] ?? 0) + 1 };
}
