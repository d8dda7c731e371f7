import { bytes, count } from "../../protocol/format.ts";
import type { BroughtRepository, IngestedRepository } from "../../protocol/repositories.ts";
import type { Progress } from "../platform/call.ts";
import { defineOperation } from "./defineOperation.ts";

export const repositoryOperations = [
  defineOperation("repositories.ingest", {
    needs: ["repositories"],
    command: { group: "ingest", name: "url", argument: "url", show: describeBrought },
    run: ({ url, ref }, { signal, progress }, { repositories }) =>
      repositories.ingest({ url, ref, signal, progress: (step) => progress(describeStep(step)) }),
  }),
  defineOperation("repositories.list", {
    needs: ["repositories"],
    command: {
      group: "ingest",
      name: "list",
      show: (all) => all.map(describeRepository).join("\n") || "No repositories.",
    },
    run: (_, __, { repositories }) => repositories.list(),
  }),
  defineOperation("repositories.refresh", {
    needs: ["repositories"],
    command: { group: "ingest", name: "refresh", argument: "name", show: describeBrought },
    run: ({ name, ref }, { signal, progress }, { repositories }) =>
      repositories.refresh(name, { ref, signal, progress: (step) => progress(describeStep(step)) }),
  }),
  defineOperation("repositories.remove", {
    needs: ["repositories"],
    command: { group: "ingest", name: "remove", argument: "name", show: ({ name }) => `Removed: ${name}` },
    async run({ name }, { signal }, { repositories }) {
      return { name: (await repositories.remove(name, signal)).name };
    },
  }),
];

function describeStep({ done, total, message }: Progress): string {
  return total === undefined ? message : `${message}: ${count(done)} of ${count(total)}`;
}

function describeBrought({ changed, ...repository }: BroughtRepository): string {
  return `${changed ? "Brought" : "Up to date"}: ${describeRepository(repository)}`;
}

function describeRepository(repository: IngestedRepository): string {
  const { name, url, ref, commit, files, bytes: size, submodules = 0, state, at } = repository;
  const facts = [
    url,
    ...(commit === undefined ? [] : [`${ref ?? "HEAD"} at ${commit.slice(0, 10)}`]),
    ...(files === undefined ? [] : [`${count(files)} files`]),
    ...(size === undefined ? [] : [bytes(size)]),
    ...(submodules === 0 ? [] : [`${count(submodules)} submodules left empty`]),
    ...(at === undefined ? [] : [at]),
    ...(state === "incomplete" ? ["incomplete: the same call goes on where it was"] : []),
  ];
  return `${name}  ${facts.join(", ")}`;
}
