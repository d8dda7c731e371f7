import type { Optimization } from "../../../protocol/optimizations.ts";
import { count } from "../../../protocol/format.ts";
import type { Row } from "../../storage/database.ts";
import { decimalOf } from "../money.ts";
import { costOfTotal, providerOf } from "../prices.ts";
import { bySaving } from "./facts.ts";
import type { Suggest } from "./facts.ts";

const leastRuns = 5;
/** Runs that ended well with the cheaper model. */
const leastOthers = 3;

/** A model of a flow for which other runs use a cheaper one of the same provider. Whether it is as good, nobody measured. */
export const cheaperModel: Suggest = ({ all, tenant, since, now }) => {
  const uses = all(
    "SELECT r.id AS run, r.flow_id AS flow, r.flow_name AS name, m.component AS component, m.model AS model, " +
      "m.input_tokens AS input, m.output_tokens AS output, m.cache_read_tokens AS cacheRead, " +
      "m.cache_write_tokens AS cacheWrite FROM runs r JOIN run_uses m ON m.run_id = r.id " +
      "WHERE r.at >= ? AND r.tenant = ? AND r.outcome = 'ok' AND m.model <> ''",
    ...[since, tenant],
  );
  const models = [...new Set(uses.map((row) => String(row["model"])))];
  return [...Map.groupBy(uses, (row) => JSON.stringify([row["flow"], row["model"]])).values()]
    .flatMap((own) => suggestionFor(own, { uses, models, at: new Date(now) }) ?? [])
    .sort(bySaving);
};

interface Others {
  readonly uses: readonly Row[];
  readonly models: readonly string[];
  readonly at: Date;
}

function suggestionFor(own: readonly Row[], { uses, models, at }: Others): Optimization | undefined {
  const [first] = own;
  const [flow, name, model] = [String(first?.["flow"]), String(first?.["name"]), String(first?.["model"])];
  const runs = idsOf(own);
  const provider = providerOf(model, at);
  const cost = costWith(model, own, at);
  if (runs.size < leastRuns || provider === undefined || cost === undefined) return;
  const cheaper = models
    .flatMap((other) => {
      if (other === model || providerOf(other, at) !== provider) return [];
      const others = [...idsOf(uses.filter((row) => row["model"] === other))].filter((run) => !runs.has(run)).length;
      const pico = others < leastOthers ? undefined : costWith(other, own, at);
      return pico === undefined || pico >= cost ? [] : [{ other, others, pico }];
    })
    .sort((a, b) => (a.pico < b.pico ? -1 : 1))[0];
  if (!cheaper) return;
  const components = [...new Set(own.map((row) => String(row["component"])).filter((each) => each !== ""))];
  return {
    id: `cheaperModel:${flow}:${model}`,
    kind: "cheaperModel",
    measured:
      `${name} used ${model} in ${count(runs.size)} runs of the last 30 days, for $${decimalOf(cost)} at today's prices; ` +
      `with ${cheaper.other}, which ended well in ${count(cheaper.others)} other runs, the same tokens cost $${decimalOf(cheaper.pico)}.`,
    saving: { tokens: null, dollars: decimalOf(cost - cheaper.pico) },
    change:
      `Choose ${cheaper.other} in ${components.length > 0 ? components.join(", ") : "the component that has the model"} of ${name}. ` +
      "Its quality was not measured: compare the answers first.",
    applicable: false,
    flow,
  };
}

function idsOf(rows: readonly Row[]): ReadonlySet<unknown> {
  return new Set(rows.map((row) => row["run"]));
}

/** The cost of the same tokens at today's price; undefined as soon as a part of it is not known. */
function costWith(model: string, uses: readonly Row[], at: Date): bigint | undefined {
  let sum = 0n;
  for (const { input = null, output = null, cacheRead = null, cacheWrite = null } of uses) {
    if (input === null || output === null) return undefined;
    const cache = {
      ...(cacheRead !== null && { cacheRead: Number(cacheRead) }),
      ...(cacheWrite !== null && { cacheWrite: Number(cacheWrite) }),
    };
    const { pico } = costOfTotal(model, { input: Number(input), output: Number(output), ...cache }, at);
    if (pico === undefined) return undefined;
    sum += pico;
  }
  return sum;
}
