import type { ComponentOutput, PushedComponent, PushedFlow } from "../../protocol/components.ts";
import { readSample } from "../../protocol/components.ts";
import { duration } from "../../protocol/format.ts";
import type { ResultOf } from "../../protocol/operations.ts";
import { defineOperation } from "./defineOperation.ts";

export const componentOperations = [
  defineOperation("components.create", {
    needs: ["ownComponents"],
    command: {
      group: "component",
      name: "new",
      argument: "name",
      offline: true,
      show: ({ path }) => `${path} is a component to start from. Run it: langflow-connect component run ${path}`,
    },
    run: ({ name, from, dir }, _, { ownComponents }) => ownComponents.create(name, { dir, from }),
  }),
  defineOperation("components.run", {
    needs: ["ownComponents"],
    command: {
      group: "component",
      name: "run",
      argument: "file",
      show: describeRun,
      json: ({ run }) => run,
      failed: ({ run }) => run.state !== "ok",
    },
    run: ({ file, dir, input, seconds }, { signal, progress }, { ownComponents }) =>
      ownComponents.run(file, { dir, sample: readSample(input ?? "{}") ?? {}, seconds, signal, progress }),
  }),
  defineOperation("components.push", {
    needs: ["ownComponents"],
    command: {
      group: "component",
      name: "push",
      argument: "file",
      show: describePush,
      failed: ({ flows }) => flows.some(({ result }) => result === "left" || result === "failed"),
    },
    run: ({ file, dir }, { signal, progress }, { ownComponents }) =>
      ownComponents.push(file, { dir, signal, progress }),
  }),
];

function describeRun({ path, run }: ResultOf<"components.run">): string {
  const { component, state, outputs, error, ms } = run;
  const lines = [
    ...outputs.flatMap(describeOutput),
    ...(error === null ? [] : [`${path}${error.line === null ? "" : `:${error.line}`}: ${error.message}`, ""]),
    `${component}: ${state === "timedOut" ? "timed out" : state} (${duration(ms)})`,
  ];
  return lines.join("\n");
}

function describeOutput({ name, type, value }: ComponentOutput): readonly string[] {
  return [`${name} (${type}):`, typeof value === "string" ? value : JSON.stringify(value, undefined, 2), ""];
}

function describePush({ component, flows }: PushedComponent): string {
  if (flows.length === 0) return `No flow of this Langflow uses ${component}.`;
  return flows.flatMap(describeFlow).join("\n");
}

function describeFlow({ id, name, result, changes, problem }: PushedFlow): readonly string[] {
  return [
    `${result.padEnd(10)}${name} (${id})`,
    ...changes.map((change) => `  ${change}`),
    ...(problem === undefined ? [] : [`  ${problem}`]),
  ];
}
