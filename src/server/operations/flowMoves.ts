import { needWords } from "../../protocol/needKinds.ts";
import type { FlowNeed, FlowNeeds, Promotion } from "../../protocol/flowNeeds.ts";
import { defineOperation } from "./defineOperation.ts";

export const flowMoveOperations = [
  defineOperation("flowMoves.needs", {
    needs: ["flowMoves"],
    command: {
      group: "flow",
      name: "needs",
      argument: "file",
      show: describeNeeds,
      failed: ({ needs }) => needs.some(({ state }) => state === "missing"),
    },
    run: ({ file }, { signal }, { flowMoves }) => flowMoves.needs(file, signal),
  }),
  defineOperation("flowMoves.promote", {
    needs: ["flowMoves"],
    command: {
      group: "flow",
      name: "promote",
      argument: "flow",
      show: describePromotion,
      failed: ({ stops }) => stops.length > 0,
    },
    run: (params, { signal, progress }, { flowMoves }) => flowMoves.promote({ ...params, signal, progress }),
  }),
];

function describeNeeds({ name, server, needs, notes }: FlowNeeds): string {
  const lines = needs.length === 0 ? [`${name} needs nothing of ${server}.`] : needs.map(describeNeed);
  return [...lines, ...notes].join("\n");
}

function describePromotion({ needs, flows, project, notes, stops }: Promotion): string {
  const where = project === undefined ? "" : `  (project ${project})`;
  return [
    ...needs.filter(({ state, here }) => state !== "present" || here !== undefined).map(describeNeed),
    ...flows.flatMap(({ name, url, result, notes: ofFlow }) => [
      `${result.padEnd(11)}${name}  ${url}${result === "created" ? where : ""}`,
      ...ofFlow.map((note) => `  ${note}`),
    ]),
    ...notes,
    ...stops.map(({ message }) => `It would stop: ${message}`),
  ].join("\n");
}

function describeNeed({ kind, name, state, usedBy, note, carried, here }: FlowNeed): string {
  const more = note === undefined ? "" : `: ${note}`;
  const what = `${needWords[kind]} ${name}${here === undefined ? "" : `, here ${here}`}`;
  return `${(carried === true ? "carried" : state).padEnd(11)}${what} (${usedBy.join(", ")})${more}`;
}
