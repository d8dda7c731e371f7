import { Controls, MiniMap, ReactFlow, applyNodeChanges, useReactFlow } from "@xyflow/react";
import type { Viewport } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import type { FlowGraph } from "../../protocol/flowGraph.ts";
import { canvasEdges, canvasNodes, componentWidth } from "./canvasNodes.ts";
import type { CanvasNode } from "./canvasNodes.ts";
import { keep, kept, send } from "./messages.ts";
import type { Shown } from "./messages.ts";
import { nodeTypes } from "./nodes.tsx";

const words = {
  "node.a11yDescription.default": "Press Enter to go to it in the text.",
  "controls.ariaLabel": "View",
  "controls.zoomIn.ariaLabel": "Zoom in",
  "controls.zoomOut.ariaLabel": "Zoom out",
  "controls.fitView.ariaLabel": "Show all",
  "minimap.ariaLabel": "Small map of the graph",
};

/** As many are found without a map, which would cover them. */
const fewNodes = 10;
const mapSize = { width: 150, height: 110 };
const wholeFlow = { padding: 0.08, maxZoom: 1 };

/** The flow, to look at: it can be moved and zoomed, and nothing in it changed. */
export function Canvas({ graph, run, comparison, current }: Shown & { readonly graph: FlowGraph }) {
  // From the first drawing on: what is shown whole then is measured by it.
  const [nodes, setNodes] = useState(() => canvasNodes({ graph, run, comparison, current }, []));
  const edges = useMemo(() => canvasEdges(graph, comparison), [graph, comparison]);
  const [viewport] = useState(keptViewport);
  useEffect(() => {
    setNodes((before) => canvasNodes({ graph, run, comparison, current }, before));
  }, [graph, run, comparison, current]);
  return (
    <ReactFlow<CanvasNode>
      aria-label={`Graph of ${graph.name}`}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      onNodesChange={(changes) => {
        setNodes((before) => applyNodeChanges(changes, before));
      }}
      onNodeClick={(_event, { id }) => {
        send({ type: "select", id, focus: false });
      }}
      onKeyDown={goToText}
      onMoveEnd={(_event, { x, y, zoom }) => {
        keep({ x, y, zoom });
      }}
      {...(viewport ? { defaultViewport: viewport } : { fitView: true, fitViewOptions: wholeFlow })}
      minZoom={0.02}
      nodesDraggable={false}
      nodesConnectable={false}
      elementsSelectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      zoomOnDoubleClick={false}
      ariaLabelConfig={words}
    >
      <ShowCurrent id={current} />
      <Controls showInteractive={false} fitViewOptions={wholeFlow} />
      {nodes.length > fewNodes && <MiniMap pannable zoomable style={mapSize} />}
    </ReactFlow>
  );
}

function keptViewport(): Viewport | undefined {
  const { x, y, zoom } = kept();
  return x !== undefined && y !== undefined && zoom !== undefined ? { x, y, zoom } : undefined;
}

function goToText(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.target instanceof Element)) return;
  const id = event.target.closest(".react-flow__node")?.getAttribute("data-id");
  if (id) send({ type: "select", id, focus: true });
}

/** What the cursor of the text is in comes into view when no part of it is. */
function ShowCurrent({ id }: { readonly id: string | undefined }) {
  const { getInternalNode, getViewport, setCenter, flowToScreenPosition } = useReactFlow();
  useEffect(() => {
    const node = id === undefined ? undefined : getInternalNode(id);
    if (!node) return;
    const { width = componentWidth, height = 100 } = node.measured;
    const { x, y } = node.internals.positionAbsolute;
    const start = flowToScreenPosition({ x, y });
    const end = flowToScreenPosition({ x: x + width, y: y + height });
    const isSeen = end.x > 0 && end.y > 0 && start.x < window.innerWidth && start.y < window.innerHeight;
    if (!isSeen) void setCenter(x + width / 2, y + height / 2, { zoom: getViewport().zoom });
  }, [id, getInternalNode, getViewport, setCenter, flowToScreenPosition]);
  return null;
}
