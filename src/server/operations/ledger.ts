import { defineOperation } from "./defineOperation.ts";

/** As many as the panel lists. */
const recentCalls = 50;

export const ledgerOperations = [
  defineOperation("ledger.recent", {
    needs: ["ledger"],
    run: (_, { caller }, { ledger }) => ledger.recent(recentCalls, caller.principal),
  }),
  defineOperation("ledger.summary", {
    needs: ["ledger"],
    run: ({ since }, { caller }, { ledger }) => ledger.summary(new Date(since), caller.principal),
  }),
  defineOperation("ledger.cost", {
    needs: ["ledger"],
    run: (query, { caller }, { ledger }) => ledger.cost(query, caller.principal),
  }),
];
