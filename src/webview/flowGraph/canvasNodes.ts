import type { Edge, Node } from "@xyflow/react";
import type {
  ComponentChange,
  FlowGraph,
  GraphComparison,
  GraphComponent,
  GraphNote,
  GraphRun,
  NodeRun,
} from "../../protocol/flowGraph.ts";
import { changeLabel } from "./changeWords.ts";
import { stateLabel } from "./runWords.ts";
import { ownOf } from "./ownOf.ts";

export type ComponentNode = Node<
  {
    readonly component: GraphComponent;
    readonly run: NodeRun | undefined;
    readonly change: ComponentChange | undefined;
    readonly isCurrent: boolean;
  },
  "component"
>;
export type NoteNode = Node<{ readonly note: GraphNote; readonly isCurrent: boolean }, "note">;
export type CanvasNode = ComponentNode | NoteNode;

interface Drawn {
  readonly graph: FlowGraph;
  readonly run: GraphRun | undefined;
  readonly comparison: GraphComparison | undefined;
  readonly current: string | undefined;
}

/** As wide as Langflow draws a component. */
export const componentWidth = 320;

/** Nodes for the canvas. One that is as before is the same object, and so is not drawn again. */
export function canvasNodes({ graph, run, comparison, current }: Drawn, before: readonly CanvasNode[]): CanvasNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  // Notes lie under the components.
  const notes = graph.notes.map((note) => noteNode(note, note.id === current));
  const components = (comparison?.graph ?? graph).components.map((component) => {
    const { id } = component;
    return componentNode({
      component,
      run: ownOf(run?.nodes, id),
      change: ownOf(comparison?.components, id),
      isCurrent: id === current,
    });
  });
  return [...notes, ...components].map((node) => withSize(node, known.get(node.id)));
}

function componentNode(data: ComponentNode["data"]): ComponentNode {
  const { component, run, change } = data;
  const { id, x, y, title } = component;
  const kind = component.inside.length > 0 ? "group" : "component";
  const state = run ? `, ${stateLabel(run)}` : "";
  return {
    id,
    type: "component",
    position: { x, y },
    data,
    ariaLabel: `${title}, ${kind} ${id}${state}${change ? `, ${changeLabel(change)}` : ""}`,
    ariaRole: "group",
  };
}

function noteNode(note: GraphNote, isCurrent: boolean): NoteNode {
  const { id, x, y, width, height } = note;
  const size = { width, height };
  return {
    id,
    type: "note",
    position: { x, y },
    ...size,
    data: { note, isCurrent },
    zIndex: -1,
    focusable: false,
    ariaLabel: "Note",
    ariaRole: "group",
  };
}

/** What the canvas measured stays: without it a node is hidden until it is measured again. */
function withSize(node: CanvasNode, before: CanvasNode | undefined): CanvasNode {
  if (!before) return node;
  const { measured, ...rest } = before;
  if (JSON.stringify(rest) === JSON.stringify(node)) return before;
  return measured ? { ...node, measured } : node;
}

export function canvasEdges(graph: FlowGraph, comparison: GraphComparison | undefined): Edge[] {
  return (comparison?.graph ?? graph).edges.map(({ id, source, output, target, input }) => ({
    id,
    source,
    sourceHandle: `out:${output}`,
    target,
    targetHandle: `in:${input}`,
    focusable: false,
    className: ownOf(comparison?.edges, id) ?? "",
  }));
}
