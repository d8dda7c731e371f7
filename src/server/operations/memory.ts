import type { Memory } from "../../protocol/memory.ts";
import { defineOperation } from "./defineOperation.ts";

/** More than a user can have. */
const all = { everyFlow: true, limit: 100_000 } as const;

export const memoryOperations = [
  defineOperation("memory.list", {
    needs: ["memories"],
    command: {
      group: "memory",
      name: "list",
      show: (memories) => memories.map(describeMemory).join("\n") || "No memories.",
    },
    async run({ scope, query }, { caller }, { memories }) {
      return (await memories.recall({ ...all, scope, query }, caller.principal)).memories;
    },
  }),
  defineOperation("memory.add", {
    needs: ["memories"],
    command: {
      group: "memory",
      name: "add",
      show: ({ memory, renewed }) => `${renewed ? "Renewed" : "Remembered"}: ${memory.id}`,
    },
    run: ({ tag, ...memory }, { caller }, { memories }) =>
      memories.remember({ ...memory, tags: tag }, { principal: caller.principal, client: caller.client }),
  }),
  defineOperation("memory.edit", {
    needs: ["memories"],
    command: { group: "memory", name: "edit", argument: "id", show: ({ id }) => `Changed: ${id}` },
    run: ({ id, text, tag, expires }, { caller: { principal, client } }, { memories }) =>
      memories.edit(id, { text, tags: tag, expires }, { principal, client }),
  }),
  defineOperation("memory.remove", {
    needs: ["memories"],
    command: { group: "memory", name: "remove", argument: "id", show: () => "Forgotten." },
    async run({ id }, { caller }, { memories }) {
      await memories.forget(id, caller.principal);
      return {};
    },
  }),
  defineOperation("memory.export", {
    needs: ["memories"],
    command: { group: "memory", name: "export", show: (memories) => JSON.stringify(memories, null, 2) },
    async run(_, { caller }, { memories }) {
      return (await memories.recall(all, caller.principal)).memories;
    },
  }),
];

function describeMemory({ id, text, scope, flow, tags = [], from, createdAt, renewedAt, expiresAt }: Memory): string {
  const facts = [
    flow === undefined ? scope : `flow ${flow}`,
    `from ${from}`,
    renewedAt ?? createdAt,
    ...(expiresAt === undefined ? [] : [`until ${expiresAt}`]),
    ...tags.map((tag) => `#${tag}`),
  ];
  return `${id}  ${facts.join(", ")}\n  ${text.replaceAll("\n", "\n  ")}`;
}
