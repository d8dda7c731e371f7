import { count } from "../../protocol/format.ts";
import type { MeaningStatus } from "../../protocol/meaning.ts";
import { ToolError } from "../platform/errors.ts";
import { defineOperation } from "./defineOperation.ts";

const progressMs = 2_000;

export const meaningOperations = [
  defineOperation("meaning.status", {
    needs: ["meaning"],
    command: { group: "meaning", name: "status", show: describeMeaning },
    run: (_, __, { meaning }) => meaning.status(),
  }),
  defineOperation("meaning.index", {
    needs: ["meaning"],
    command: { group: "meaning", name: "index", show: describeMeaning },
    async run(_, { signal, progress }, { meaning }) {
      const report = async () => {
        const { indexed, files } = await meaning.status();
        progress(`${count(indexed)} of ${count(files)} files`);
      };
      const timer = setInterval(() => void report().catch(() => undefined), progressMs);
      try {
        await meaning.refresh(signal);
      } finally {
        clearInterval(timer);
      }
      const status = await meaning.status();
      if (status.problem === undefined) return status;
      throw new ToolError(
        "NOT_READY",
        `${counts(status)}. ${status.problem}`,
        "Run `langflow-connect meaning index` again; files that are indexed stay so.",
      );
    },
  }),
  defineOperation("meaning.stop", {
    needs: ["meaning"],
    command: { group: "meaning", name: "stop", show: describeMeaning },
    run(_, __, { meaning }) {
      meaning.stop();
      return meaning.status();
    },
  }),
  defineOperation("meaning.clear", {
    needs: ["meaning"],
    command: { group: "meaning", name: "clear", show: () => "The index is removed." },
    async run(_, __, { meaning }) {
      await meaning.clear();
      return meaning.status();
    },
  }),
];

function counts({ indexed, files }: MeaningStatus): string {
  return `${count(indexed)} of ${count(files)} files are indexed`;
}

function describeMeaning(status: MeaningStatus): string {
  const { model, state, leftOut, chunks, dimensions, bytes, tokens, problem } = status;
  const megabytes = (size: number) => `${(size / 1_000_000).toFixed(1)} MB`;
  return [
    `${model}: ${state}. ${counts(status)}, as ${count(chunks)} parts of ${String(dimensions)} dimensions.`,
    `${megabytes(bytes.file)} in the data folder, ${megabytes(bytes.memory)} in memory; ${count(tokens)} tokens sent by this process.`,
    ...(problem === undefined ? [] : [problem]),
    ...leftOut.map(({ path, reason }) => `  left out: ${path}: ${reason}`),
  ].join("\n");
}
