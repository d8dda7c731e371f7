import type { Range, TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { TextRange } from "../../../flows/files/jsonPositions.ts";
import { readFlowText } from "../../../flows/files/flowText.ts";
import type { FlowText } from "../../../flows/files/flowText.ts";

/** A flow that is open in the editor. */
export interface OpenFlow extends FlowText {
  readonly uri: string;
  offsetAt: TextDocument["offsetAt"];
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
    const { version } = document;
    const known = read.get(uri);
    if (known?.version === version) return known.flow;
    const text = readFlowText(document.getText());
    const flow = text && {
      ...text,
      uri,
      offsetAt: (position: Parameters<TextDocument["offsetAt"]>[0]) => document.offsetAt(position),
      rangeOf: ({ start, end }: TextRange) => ({ start: document.positionAt(start), end: document.positionAt(end) }),
    };
    read.set(uri, { version, flow });
    return flow;
  };
}
