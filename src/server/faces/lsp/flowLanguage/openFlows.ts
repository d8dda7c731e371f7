import type { Position, Range, TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { TextRange } from "../../../flows/files/jsonPositions.ts";
import { readFlowText } from "../../../flows/files/flowText.ts";
import type { FlowText } from "../../../flows/files/flowText.ts";

/** Offsets of a text as the editor counts them. */
export interface TextPositions {
  readonly uri: string;
  offsetAt(position: Position): number;
  rangeOf(range: TextRange): Range;
}

/** A flow as the editor has it, or would open it. */
export interface OpenFlow extends FlowText, TextPositions {}

/** The flow of an open file as it is typed; undefined when that is no flow, or no JSON at the moment. */
export type OpenFlows = (uri: string) => OpenFlow | undefined;

/** Reads each version of a text once, however often it is asked about: a flow can have megabytes. */
export function createOpenFlows(opened: TextDocuments<TextDocument>): OpenFlows {
  const read = new Map<string, { readonly version: number; readonly flow: OpenFlow | undefined }>();
  opened.onDidClose(({ document: { uri } }) => read.delete(uri));
  return (uri) => {
    const document = uri.endsWith(".json") ? opened.get(uri) : undefined;
    if (!document) return undefined;
    const { version } = document;
    const known = read.get(uri);
    if (known?.version === version) return known.flow;
    const flow = flowIn(uri, document.getText());
    read.set(uri, { version, flow });
    return flow;
  };
}

/** The flow of a text, with positions in it; undefined when it is none. */
export function flowIn(uri: string, text: string): OpenFlow | undefined {
  const content = readFlowText(text);
  return content && { ...content, ...textPositions(uri, text) };
}

/** A text of its own: an open document goes on with what is typed, while somebody may still wait for an answer. */
export function textPositions(uri: string, text: string): TextPositions {
  const document = TextDocument.create(uri, "json", 0, text);
  return {
    uri,
    offsetAt: (position) => document.offsetAt(position),
    rangeOf: ({ start, end }) => ({ start: document.positionAt(start), end: document.positionAt(end) }),
  };
}
