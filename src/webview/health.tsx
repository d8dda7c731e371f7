import { useMemo, useState } from "react";
import type { HealthRange, HealthReport, MachineSample } from "../protocol/health.ts";
import type { PanelSlices } from "../protocol/panel.ts";
import { bytes, clockOrDay, localTime, percent } from "../protocol/format.ts";
import { healthFigures } from "./healthSeries.ts";
import type { HealthFigure, HealthFigureName } from "./healthSeries.ts";
import { ChartView } from "./chartView.tsx";
import { SectionHead } from "./sectionHead.tsx";
import { Select } from "./select.tsx";
import { send, useSlice } from "./slices.ts";

const ranges: Readonly<Record<HealthRange, string>> = { hour: "Last hour", day: "Last 24 hours" };
const rangeNames: readonly HealthRange[] = ["hour", "day"];
const first: PanelSlices["health"] = { range: "hour", facts: { state: "loading" } };

/** How the server and its machine are, now and over time. */
export function Health() {
  const { range, facts } = useSlice("health") ?? first;
  return (
    <section aria-labelledby="health">
      <SectionHead id="health" title="Health" settings="health">
        <Select
          label="Period"
          value={range}
          names={rangeNames}
          words={(name) => ranges[name]}
          onChoose={(chosen) => {
            send({ type: "range", range: chosen });
          }}
        />
      </SectionHead>
      {facts.state === "loading" && <p className="empty">Measuring…</p>}
      {facts.state === "failed" && (
        <p className="note" role="status">
          {facts.message}
        </p>
      )}
      {facts.state === "ready" && (
        <>
          <Now report={facts.report} />
          <HealthChart samples={facts.samples} range={range} />
        </>
      )}
    </section>
  );
}

function Now({ report }: { readonly report: HealthReport }) {
  const { modules, machine, calls, forecasts, recommendations } = report;
  const failing = modules.filter(({ state }) => state === "failing").map(({ name }) => name);
  const facts: readonly (readonly [name: string, value: string])[] = [
    ["Modules", failing.length === 0 ? "All work" : `Failing: ${failing.join(", ")}`],
    [
      `Tool calls of the last ${String(calls.windowSeconds / 60)} minutes`,
      `${String(calls.calls)}, ${String(calls.failed)} failed`,
    ],
    ...(machine?.cpu === undefined ? [] : ([["Processors", percent(machine.cpu)]] as const)),
    ...(machine?.memory === undefined
      ? []
      : ([["Memory of the machine", `${bytes(machine.memory.used)} of ${bytes(machine.memory.total)}`]] as const)),
    ...(machine === undefined ? [] : ([["Memory of the server", bytes(machine.processMemory)]] as const)),
    ...(machine?.disk === undefined
      ? []
      : ([["Disk", `${bytes(machine.disk.used)} of ${bytes(machine.disk.total)}`]] as const)),
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div className="fact" key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {forecasts.map(({ what, runsOutAt }) => (
        <p className="note" key={what}>
          {what === "disk" ? "The disk is full" : "The memory is used up"} on {localTime(runsOutAt)} if it goes on like
          this.
        </p>
      ))}
      {recommendations.map(({ message, remedy }) => (
        <p className="note" key={message}>
          {message} {remedy}
        </p>
      ))}
    </>
  );
}

const figureNames = Object.keys(healthFigures).filter((name): name is HealthFigureName => name in healthFigures);
const titleOf = (name: HealthFigureName) => healthFigures[name].title;

function HealthChart({ samples, range }: { readonly samples: readonly MachineSample[]; readonly range: HealthRange }) {
  const [chosen, setName] = useState<HealthFigureName>();
  // Langflow's answers, or what there is without a link.
  const name =
    chosen ?? figureNames.find((each) => samples.some((one) => healthFigures[each].of(one) !== undefined)) ?? "cpu";
  const figure: HealthFigure = healthFigures[name];
  const chart = useMemo(() => {
    const values = samples.map((sample) => figure.of(sample) ?? null);
    return {
      label: `${figure.title}, ${ranges[range].toLowerCase()}`,
      kind: "lines" as const,
      times: samples.map(({ at }) => clockOrDay(at, new Date())),
      parts: [{ name: figure.title, values }],
      axis: figure.words,
      words: (_: number, at: number) => {
        const value = values[at] ?? null;
        return value === null ? "-" : figure.words(value);
      },
      timeUnit: "Time",
      valueUnit: figure.unit,
      cell: (_: number, at: number) => String(values[at] ?? ""),
      ...(figure.max !== undefined && { max: figure.max }),
    };
  }, [samples, figure, range]);
  return (
    <figure className="chart">
      <figcaption>
        <Select
          label="Show"
          value={name}
          names={figureNames}
          words={titleOf}
          onChoose={(each) => {
            setName(each);
          }}
        />
      </figcaption>
      {chart.parts[0]?.values.some((value) => value !== null) ? (
        <ChartView chart={chart} />
      ) : (
        <p className="empty">Nothing was measured of this yet.</p>
      )}
    </figure>
  );
}
