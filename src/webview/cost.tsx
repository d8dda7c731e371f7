import type { CostForecast } from "../protocol/forecast.ts";
import type { LedgerTotal } from "../protocol/ledger.ts";
import { costPeriods } from "../protocol/periods.ts";
import type { CostPeriod, CostSplit } from "../protocol/periods.ts";
import type { CostTotals, PanelSlices } from "../protocol/panel.ts";
import { count, duration, money } from "../protocol/format.ts";
import { Budgets } from "./budgets.tsx";
import { CostChart } from "./costChart.tsx";
import type { TimeKey } from "./costSeries.ts";
import { SectionHead } from "./sectionHead.tsx";
import { Select } from "./select.tsx";
import { send, useCurrency, useSlice } from "./slices.ts";

const periods: readonly CostPeriod[] = ["day", "week", "month", "quarter"];

const first: PanelSlices["cost"] = { period: "week", split: "model", totals: { state: "loading" } };

/** Tokens by tool and by flow, with money where it is known. */
export function Cost() {
  const { period, split, totals } = useSlice("cost") ?? first;
  return (
    <section aria-labelledby="cost">
      <SectionHead id="cost" title="Tokens and cost" settings="cost">
        <Select
          label="Period"
          value={period}
          names={periods}
          words={(name) => costPeriods[name]}
          onChoose={(chosen) => {
            send({ type: "period", period: chosen });
          }}
        />
      </SectionHead>
      <Totals totals={totals} split={split} by={period === "day" ? "hour" : "day"} />
    </section>
  );
}

interface TotalsProps {
  readonly totals: CostTotals;
  readonly split: CostSplit;
  readonly by: TimeKey;
}

function Totals({ totals, split, by }: TotalsProps) {
  switch (totals.state) {
    case "loading":
      return <p className="empty">Adding up…</p>;
    case "failed":
      return (
        <p className="note" role="status">
          {totals.message}
        </p>
      );
    case "ready": {
      const { report, summary, budgets, forecast } = totals;
      const { tools, flows, prices } = summary;
      if (tools.length === 0 && flows.length === 0 && budgets.length === 0)
        return <p className="empty">Nothing was used in this period.</p>;
      const model =
        prices.model === undefined
          ? "Money of tool calls is estimated when the setting langflowConnect.cost.model names a model."
          : `Money of tool calls is an estimate for ${prices.model}.`;
      return (
        <>
          <Budgets budgets={budgets} />
          <Forecast forecast={forecast} />
          <CostChart report={report} split={split} by={by} />
          <TotalsTable title="Tools" unit="Calls" totals={tools} />
          <TotalsTable title="Flows" unit="Runs" totals={flows} />
          <p className="empty">
            {model} Prices of {prices.date}.
          </p>
        </>
      );
    }
  }
}

const periodWords = { day: "today", week: "this week", month: "this month" } as const;

/** What is expected until the end of each period; nothing while there is too little history. */
function Forecast({ forecast: { periods, unknownDays } }: { readonly forecast: CostForecast }) {
  const currency = useCurrency();
  const known = periods.flatMap(({ period, spent, expected, low, high }) =>
    expected === undefined || low === undefined || high === undefined ? [] : [{ period, spent, expected, low, high }],
  );
  if (known.length === 0) return null;
  const shown = (amount: string) => money(amount, currency);
  return (
    <dl className="facts" aria-label="Forecast">
      {known.map(({ period, spent, expected, low, high }) => (
        <div className="fact" key={period}>
          <dt>Expected {periodWords[period]}</dt>
          <dd>
            {shown(expected)}, most likely {shown(low)} to {shown(high)}; {shown(spent)} spent
          </dd>
        </div>
      ))}
      {unknownDays.length > 0 && (
        <div className="fact">
          <dt>Not in the forecast</dt>
          <dd>Runs of unknown cost on {unknownDays.length === 1 ? "1 day" : `${String(unknownDays.length)} days`}</dd>
        </div>
      )}
    </dl>
  );
}

interface TotalsTableProps {
  readonly title: string;
  readonly unit: string;
  readonly totals: readonly LedgerTotal[];
}

function TotalsTable({ title, unit, totals }: TotalsTableProps) {
  const currency = useCurrency();
  if (totals.length === 0) return null;
  const columns = [unit, "Failed", "Average", "Tokens in", "Tokens out", "Cost"];
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`Totals of ${title.toLowerCase()}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {columns.map((column) => (
              <th scope="col" className="number" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {totals.map((sum) => (
            <tr key={sum.name}>
              <td>
                <code>{sum.name}</code>
              </td>
              <td className="number">{count(sum.calls)}</td>
              <td className="number">{count(sum.failed)}</td>
              <td className="number">{duration(sum.averageMs)}</td>
              <td className="number">{counted(sum, sum.inputTokens)}</td>
              <td className="number">{counted(sum, sum.outputTokens)}</td>
              <td className="number">{money(sum.cost, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A sum that lacks parts must not look whole. */
function counted(sum: LedgerTotal, value: number): string {
  if (sum.uncounted === 0) return count(value);
  return sum.uncounted >= sum.calls ? "not reported" : `over ${count(value)}`;
}
