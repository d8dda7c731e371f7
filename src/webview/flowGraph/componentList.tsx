import type { FlowGraph, GraphComparison, GraphComponent, GraphRun } from "../../protocol/flowGraph.ts";
import { changeLabel } from "./changeWords.ts";
import { send } from "./messages.ts";
import { stateLabel } from "./runWords.ts";
import { ownOf } from "./ownOf.ts";

interface Listed {
  readonly graph: FlowGraph;
  readonly run: GraphRun | undefined;
  readonly comparison: GraphComparison | undefined;
  readonly current: string | undefined;
}

/** The same as the graph in words: each component with its state and what it is connected to. */
export function ComponentList({ graph, run, comparison, current }: Listed) {
  const { components, edges } = comparison?.graph ?? graph;
  const titles = new Map(components.map(({ id, title }) => [id, title]));
  const titleOf = (id: string) => titles.get(id) ?? id;
  return (
    <aside id="components" aria-labelledby="components-title">
      <h2 id="components-title">Components</h2>
      <ol>
        {components.map((component) => (
          <li key={component.id} aria-current={component.id === current}>
            <Entry component={component} run={run} comparison={comparison} />
            <Connections
              name="From"
              titles={edges.filter(({ target }) => target === component.id).map(({ source }) => titleOf(source))}
            />
            <Connections
              name="To"
              titles={edges.filter(({ source }) => source === component.id).map(({ target }) => titleOf(target))}
            />
          </li>
        ))}
      </ol>
    </aside>
  );
}

function Entry({
  component: { id, title },
  run,
  comparison,
}: Pick<Listed, "run" | "comparison"> & { readonly component: GraphComponent }) {
  const own = ownOf(run?.nodes, id);
  const change = ownOf(comparison?.components, id);
  return (
    <>
      <button
        type="button"
        className="link"
        onClick={() => {
          send({ type: "select", id, focus: true });
        }}
      >
        {title}
      </button>{" "}
      <span className="detail">{id}</span>
      {change && <p className={`change ${change.kind}`}>{changeLabel(change)}</p>}
      {own && <p className={`state ${own.state}`}>{stateLabel(own)}</p>}
      {own?.error !== undefined && <p className="error">{own.error}</p>}
    </>
  );
}

function Connections({ name, titles }: { readonly name: string; readonly titles: readonly string[] }) {
  if (titles.length === 0) return null;
  return (
    <p className="detail">
      {name}: {titles.join(", ")}
    </p>
  );
}
