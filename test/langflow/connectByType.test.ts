import assert from "node:assert/strict";
import { flowChecker } from "../../src/server/flows/check/checkFlow.ts";
import { fieldNameOf, fieldsOf, graphsOf } from "../../src/server/flows/check/flowGraph.ts";
import type { FlowGraph, GraphEdge } from "../../src/server/flows/check/flowGraph.ts";
import { connectionsTo } from "../../src/server/flows/connections.ts";
import { refusals } from "./graphOracle.ts";
import { publicFlows, starterProjects } from "./starterProjects.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A flow without one of its connections, which filled a field that is needed. */
interface Cut {
  readonly graph: FlowGraph;
  readonly edge: GraphEdge;
}

function cutsOf(data: Fields): readonly Cut[] {
  const edges = graphOf(data).edges;
  const before = problemsOf(data);
  return edges.flatMap((edge) => {
    const without = { ...data, edges: edges.filter((one) => one !== edge).map(({ fields }) => fields) };
    const missing = missingAt(edge);
    const isNeeded = !before.includes(missing) && problemsOf(without).includes(missing);
    return isNeeded ? [{ graph: graphOf(without), edge }] : [];
  });
}

function graphOf(data: Fields): FlowGraph {
  return graphsOf({ fields: { data } })[0] ?? assert.fail();
}

function missingAt(edge: GraphEdge): string {
  return `missing-input ${edge.target} ${fieldNameOf(edge) ?? ""}`;
}

/** Without those that are only news, such as what reaches no output. */
function problemsOf(data: Fields): readonly string[] {
  return flowChecker(undefined)({ fields: { data } })
    .filter(({ severity }) => severity !== "info")
    .map(({ code, node, field }) => `${code} ${node ?? ""} ${field ?? ""}`);
}

/** Each connection that is offered instead of the one that was cut, and the flow with it. */
function offers({ graph, edge }: Cut) {
  const target = graph.byId.get(edge.target) ?? assert.fail();
  return connectionsTo(graph, target, fieldNameOf(edge) ?? "").map(({ edge: made }) => ({
    made,
    data: { ...graph.data, edges: [...graph.edges.map(({ fields }) => fields), made] },
  }));
}

/** Without what versions of the canvas write differently: spaces in handles. */
function endsOf({ source, target, data, sourceHandle, targetHandle }: Fields) {
  const plain = (text: unknown) =>
    String(text)
      .replaceAll(/œ([:,]) /g, "œ$1")
      .replaceAll(/([\]}],) /g, "$1");
  return { source, target, data, sourceHandle: plain(sourceHandle), targetHandle: plain(targetHandle) };
}

describe("connecting by type what real flows connect", function () {
  this.timeout(300_000);

  it("offers the connection that was there as the canvas wrote it, and none that adds a problem", () => {
    const flows = [...publicFlows().map(({ flow }) => fieldsOf(flow["data"])), ...starterProjects().values()];
    const count = { cut: 0, offered: 0, same: 0 };
    for (const cut of flows.flatMap((data) => cutsOf({ ...data }))) {
      const before = problemsOf(cut.graph.data);
      count.cut++;
      for (const { made, data } of offers(cut)) {
        count.offered++;
        const now = problemsOf(data);
        assert.deepEqual(
          now.filter((one) => !before.includes(one)),
          [],
        );
        assert.ok(!now.includes(missingAt(cut.edge)));
        if (made.source !== cut.edge.source || made.data.sourceHandle["name"] !== cut.edge.sourceHandle?.["name"])
          continue;
        count.same++;
        assert.deepEqual(endsOf(made), endsOf(cut.edge.fields));
      }
    }
    // The others are from one of several outputs that fit and that the canvas shows, or from one that it does not show.
    assert.deepEqual(count, { cut: 153, offered: 542, same: 138 });
  });

  it("offers what Langflow builds", async () => {
    const starters = [...starterProjects().values()].map((data) => ({ ...data }));
    const made = starters.flatMap((data) => cutsOf(data).flatMap(offers)).filter((_, index) => index % 5 === 0);
    const answers = await refusals(new Map(made.map(({ data }, index) => [String(index), data])));
    // Of packages that are not installed here.
    const refused = [...answers.values()].filter((why) => why !== null && !why.includes("No module named"));
    assert.deepEqual(refused, []);
    assert.ok(answers.size > 20, String(answers.size));
  });
});
