import { AlertRuleName } from "../../protocol/alerts.ts";
import { ToolError } from "../platform/errors.ts";
import { defineOperation } from "./defineOperation.ts";

export const alertOperations = [
  defineOperation("alerts.list", {
    needs: ["alerts"],
    run: (_, __, { alerts }) => alerts.list(),
  }),
  defineOperation("alerts.silence", {
    needs: ["alerts"],
    run({ id, minutes }, _, { alerts }) {
      if (alerts.silence(id, minutes * 60_000)) return alerts.list();
      throw new ToolError(
        "NOT_FOUND",
        `There is no alert and no rule ${JSON.stringify(id.slice(0, 64))}.`,
        `Give an id that \`alerts list\` shows, or a rule: ${AlertRuleName.options.join(", ")}.`,
      );
    },
  }),
  defineOperation("health.get", {
    needs: ["health"],
    run: (_, __, { health }) => health.report(),
  }),
  defineOperation("health.history", {
    needs: ["health"],
    run: ({ range }, _, { health }) => health.history(range),
  }),
];
