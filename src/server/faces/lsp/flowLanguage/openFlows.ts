import type { Position, Range, TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { TextRange } from "../../../flows/files/jsonPositions.ts";
import { readFlowText } from "../../../flows/files/flowText.ts";
import type { FlowText } from "../../../flows/files/flowText.ts";

/** A flow that is open in the editor. */
export interface OpenFlow extends FlowText {
  readonly uri: string;
  offsetAt(position: Position): number;
  rangeOf(range: TextRange): Range;
}

/** The flow of an open file as it is typed; undefined when that is no flow, or no JSON at the moment. */
export type OpenFlows = (uri: string) => OpenFlow | undefined;

/** Reads each version of a text once, however often it is asked about: a flow can have megabytes. */
export function createOpenFlows(opened: TextDocuments<TextDocument>): OpenFlows {
  const read = new Map<string, { readonly version: number; readonly flow: OpenFlow | undefined }>();
  opened.onDidClose(({ document: { uri } }) => read.delete(uri));
  return (uri) => {
    const document = uri.endsWith(".json") ? opened.get(uri) : undefined;
    if (!document) return undefined;
    const { languageId, version } = document;
    const known = read.get(uri);
    if (known?.version === version) return known.flow;
    const text = document.getText();
    const content = readFlowText(text);
    // The document goes on with what is typed, while somebody may still wait for an answer about this version.
    const same = TextDocument.create(uri, languageId, version, text);
    const flow = content && {
      ...content,
      uri,
      offsetAt: (position: Position) => same.offsetAt(position),
      rangeOf: ({ start, end }: TextRange) => ({ start: same.positionAt(start), end: same.positionAt(end) }),
    };
    read.set(uri, { version, flow });
    return flow;
  };
}
