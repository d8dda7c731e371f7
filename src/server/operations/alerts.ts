import { defineOperation } from "./defineOperation.ts";

export const alertOperations = [
  defineOperation("alerts.list", {
    needs: ["alerts"],
    run: (_, __, { alerts }) => alerts.list(),
  }),
];
