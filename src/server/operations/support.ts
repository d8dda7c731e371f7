import { defineOperation } from "./defineOperation.ts";

export const supportOperations = [
  defineOperation("support.get", {
    needs: ["support"],
    run: (_, __, { support }) => ({ log: support.log(), metrics: support.metrics() }),
  }),
];
