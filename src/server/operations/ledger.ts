import { ToolError } from "../platform/errors.ts";
import { defineOperation } from "./defineOperation.ts";

export const ledgerOperations = [
  defineOperation("ledger.recent", {
    needs: ["ledger"],
    run: ({ limit }, { caller }, { ledger }) => ledger.recent(limit, caller.principal),
  }),
  defineOperation("ledger.entry", {
    needs: ["ledger"],
    async run({ id }, { caller }, { ledger }) {
      const entry = await ledger.entry(id, caller.principal);
      if (entry) return entry;
      const remedy = "Give an id that `ledger.recent` has. Older entries are deleted after `ledger.keepDays` days.";
      throw new ToolError("NOT_FOUND", "The ledger has no such tool call or flow run.", remedy);
    },
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
