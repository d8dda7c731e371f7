import { useEffect, useState } from "react";
import type { FlowGraph } from "../../protocol/flowGraph.ts";
import { comparisonLine } from "./changeWords.ts";
import { Canvas } from "./canvas.tsx";
import { ComponentList } from "./componentList.tsx";
import { keep, kept, send, useShown } from "./messages.ts";
import type { Shown } from "./messages.ts";
import { pictureOf } from "./picture.ts";
import { pngOf, svgOf } from "./pictureFile.ts";
import { runLine } from "./runWords.ts";

export function GraphPage() {
  const { graph, problem, ...rest } = useShown();
  useEffect(() => {
    send({ type: "ready" });
  }, []);
  if (!graph && problem === undefined) return <p className="empty">Loading…</p>;
  return (
    <main>
      {problem !== undefined && (
        <p className="note" role="alert">
          {problem}
          {graph && " Until then it shows the last text that was a flow."}
        </p>
      )}
      {graph && <Graph {...rest} graph={graph} />}
    </main>
  );
}

function Graph({ graph, run, comparison, current }: Shown & { readonly graph: FlowGraph }) {
  const [isListOpen, setListOpen] = useState(kept().isListOpen === true);
  const toggle = () => {
    keep({ isListOpen: !isListOpen });
    setListOpen(!isListOpen);
  };
  const count = graph.components.length;
  return (
    <>
      <header>
        <h1>{graph.name}</h1>
        <p className="run" role="status">
          {comparison && `${comparisonLine(comparison)} `}
          {run && runLine(run, graph.components)}
        </p>
        <button
          type="button"
          onClick={() => {
            send({ type: comparison ? "stopComparing" : "compare" });
          }}
        >
          {comparison ? "Stop comparing" : "Compare with…"}
        </button>
        {(["svg", "png"] as const).map((format) => (
          <button
            key={format}
            type="button"
            onClick={() => {
              const picture = pictureOf(graph, comparison);
              const content = format === "svg" ? svgOf(picture, graph.name) : pngOf(picture);
              if (content !== undefined) send({ type: "save", format, content });
            }}
          >
            Save as {format.toUpperCase()}
          </button>
        ))}
        <button type="button" aria-expanded={isListOpen} aria-controls="components" onClick={toggle}>
          {count === 1 ? "1 component" : `${String(count)} components`} as a list
        </button>
      </header>
      {graph.omitted.map((sentence) => (
        <p key={sentence} className="note">
          {sentence}
        </p>
      ))}
      {count + graph.notes.length === 0 ? (
        <p className="empty">This flow has no component yet. Add some on the canvas of Langflow, then pull the flow.</p>
      ) : (
        <div className="views">
          <div className="canvas">
            <Canvas graph={graph} run={run} comparison={comparison} current={current} />
          </div>
          {isListOpen && <ComponentList graph={graph} run={run} comparison={comparison} current={current} />}
        </div>
      )}
    </>
  );
}
