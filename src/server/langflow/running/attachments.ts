import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { FlowNode } from "../../flows/model.ts";
import { ToolError } from "../../platform/errors.ts";
import { statusOf } from "../../platform/http.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { StartRun } from "../client/runs.ts";

interface Attaching {
  readonly flowId: string;
  readonly nodes: readonly FlowNode[];
  /** Absolute paths on this machine. */
  readonly files: readonly string[];
  readonly signal: AbortSignal;
}

/** Langflow's own limit is 1 GB; a file is in memory while it is sent. */
const mostBytes = 256 * 1024 * 1024;

const Uploaded = z.object({ file_path: z.string() });

/** Copies files to Langflow, among those of the flow, and gives what makes its chat inputs send them along. */
export async function attachFiles(
  http: LangflowHttp,
  { flowId, nodes, files, signal }: Attaching,
): Promise<StartRun["tweaks"]> {
  if (files.length === 0) return {};
  const inputs = nodes.filter(({ data }) => data.type === "ChatInput");
  if (inputs.length === 0) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      "The flow has no chat input, which files are sent with.",
      "Run it without files, or add a chat input to the flow.",
    );
  }
  // Before anything is sent.
  for (const file of files) await checkFile(file);
  const uploaded: string[] = [];
  for (const file of files) uploaded.push(await upload(http, { flowId, file, signal }));
  return Object.fromEntries(inputs.map(({ id }) => [id, { files: uploaded }]));
}

async function checkFile(file: string): Promise<void> {
  const name = path.basename(file);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    throw new ToolError("NOT_FOUND", `The file ${name} cannot be read.`, "Check its path and its rights.");
  }
  if (found.size > mostBytes) {
    throw new ToolError("TOO_LARGE", `${name} has more than 256 MB.`, "Send a smaller file, or a part of it.");
  }
}

interface Sending {
  readonly flowId: string;
  readonly file: string;
  readonly signal: AbortSignal;
}

async function upload(http: LangflowHttp, { flowId, file, signal }: Sending): Promise<string> {
  const { base: name, name: stem, ext } = path.parse(file);
  const bytes = await readFile(file).catch(() => {
    throw new ToolError("NOT_FOUND", `The file ${name} cannot be read.`, "Check its path and its rights.");
  });
  const call = {
    method: "POST",
    path: `/api/v1/files/upload/${encodeURIComponent(flowId)}`,
    // Langflow adds the second to the name, and of two files with one name in one second keeps the last.
    upload: { field: "file", name: `${stem}-${randomUUID().slice(0, 8)}${ext}`, bytes },
    signal,
  } as const;
  const answer = await http.json(call, Uploaded).catch((error: unknown) => {
    if (statusOf(error) !== 413) throw error;
    throw new ToolError("TOO_LARGE", `${name} is larger than this Langflow takes.`, "Send a smaller file.");
  });
  return answer.file_path;
}
