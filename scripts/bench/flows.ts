// A real Langflow 1.13.0 with 500 small flows, each with a file: how soon their states are there.
import { stopShared } from "../../test/langflow/live.ts";
import { graphOf, openFlowServices } from "../../test/langflow/flowServices.ts";
import type { FlowServices } from "../../test/langflow/flowServices.ts";
import { medianOf5, ms, timed } from "../lib/bench.ts";
import type { Row } from "../lib/bench.ts";

const count = 500;
const limitMs = 1000;

export async function measure(): Promise<Row[]> {
  const services = await openFlowServices("1.13.0");
  try {
    const ids = await fill(services);
    const status = () => services.operate("flowFiles.status", {});
    const before = await timed(status);
    await services.operate("flowFiles.pull", {});
    const first = await timed(status);
    // Langflow's times are whole seconds: from here on none of them is of the present one.
    await new Promise((done) => setTimeout(done, 2000));
    await status();
    const later = await medianOf5(status);
    const [one = ""] = ids;
    await services.rest("PATCH", `/api/v1/flows/${one}`, { data: graphOf("changed") });
    const changed = await timed(status);
    const alone = await medianOf5(() => services.rest("GET", "/api/v1/flows/?get_all=true&header_flows=true"));
    return [
      row("states of 500 flows, none with a file", before, alone),
      row("states of 500 flows, each with a file, first time", first, alone),
      row("states of 500 flows, each with a file, again", later, alone),
      row("states of 500 flows, after a change of one", changed, alone),
    ];
  } finally {
    await services.close();
    await stopShared();
  }
}

function row(what: string, took: number, alone: number): Row {
  const limit = `≤ ${limitMs.toLocaleString("en")} ms`;
  return { what, ours: ms(took), beside: `${ms(alone)} Langflow's list`, limit, ok: took <= limitMs };
}

async function fill({ rest }: FlowServices): Promise<readonly string[]> {
  const flows = Array.from({ length: count }, (_, at) => ({ name: `Row ${String(at)}`, data: graphOf(String(at)) }));
  const ids: string[] = [];
  for (let at = 0; at < count; at += 50) {
    const made = await rest("POST", "/api/v1/flows/batch/", { flows: flows.slice(at, at + 50) });
    if (Array.isArray(made)) ids.push(...made.map(({ id }: { id: string }) => id));
  }
  return ids;
}
