import type { WrittenFlow } from "../../protocol/flowFiles.ts";
import { plainText, readFlowFile } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { mergeFlows } from "../flows/merge/mergeFlows.ts";

interface Merging {
  readonly path: string;
  /** The text that both had in common last. */
  readonly base: string | undefined;
  readonly mine: FlowFile;
  readonly theirs: FlowFile;
}

interface MergedFile {
  readonly result: WrittenFlow["result"];
  readonly notes: readonly string[];
  /** What the file is to have; absent when it has it. */
  readonly text?: string;
}

/** What Langflow got since both were the same, put into the file's own changes. */
export function mergeFile({ path, base, mine, theirs }: Merging): MergedFile {
  const there = plainText(theirs);
  if (base === there) return { result: "unchanged", notes: ["Langflow has no change to merge."] };
  const { conflicts, text } = mergeFlows({
    base: base === undefined ? undefined : readFlowFile(path, base),
    mine,
    // Without its secrets, which a file does not have.
    theirs: readFlowFile(path, there),
  });
  const notes = conflicts.map((words) => `Both changed ${words}.`);
  return { result: conflicts.length > 0 ? "conflict" : "merged", notes, text };
}
