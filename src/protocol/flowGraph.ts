import type { ComponentState, FlowRunState } from "./flowRuns.ts";

// What the page of a flow's graph shows.

/** An input or an output of a component. */
export interface GraphPort {
  readonly name: string;
  readonly title: string;
  /** A connection can end here. */
  readonly isOpen: boolean;
}

interface GraphItem {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export interface GraphComponent extends GraphItem {
  readonly title: string;
  /** Its class in Langflow; "" where the file does not say it. */
  readonly type: string;
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  /** Ids of the components of a group; none where it is no group. */
  readonly inside: readonly string[];
}

export interface GraphNote extends GraphItem {
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly output: string;
  readonly target: string;
  readonly input: string;
}

/** A flow as its file has it. */
export interface FlowGraph {
  /** Its id in Langflow; "" where the file does not say it. */
  readonly flow: string;
  readonly name: string;
  /** From left to right. */
  readonly components: readonly GraphComponent[];
  readonly notes: readonly GraphNote[];
  readonly edges: readonly GraphEdge[];
  /** What of the file is not drawn, in sentences. */
  readonly omitted: readonly string[];
}

/** What a text is as a graph: the problem is a sentence that says what to do. */
export type GraphOfText =
  { readonly state: "ready"; readonly graph: FlowGraph } | { readonly state: "failed"; readonly problem: string };

export interface NodeRun {
  readonly state: ComponentState;
  readonly ms: number | null;
  readonly error?: string;
}

/** The newest run of the flow, as its graph shows it. */
export interface GraphRun {
  readonly state: FlowRunState;
  readonly ms: number | null;
  readonly error?: string;
  /** By the ids of the graph's components. */
  readonly nodes: Readonly<Record<string, NodeRun>>;
}

export interface ComponentChange {
  readonly kind: "added" | "changed" | "removed";
  /** Titles of what changed of it, no values. */
  readonly fields: readonly string[];
}

/** What a flow's file changes of another state of the flow. */
export interface GraphComparison {
  /** What it is compared with, behind "Compared with". */
  readonly with: string;
  /** With what is gone. */
  readonly graph: Pick<FlowGraph, "components" | "edges">;
  /** By id; what is the same is left out. */
  readonly components: Readonly<Record<string, ComponentChange>>;
  readonly edges: Readonly<Record<string, "added" | "removed">>;
}

/** Extension → page. */
export type GraphMessage =
  | { readonly type: "graph"; readonly value: GraphOfText }
  | { readonly type: "run"; readonly value: GraphRun | undefined }
  /** Undefined while nothing is compared. */
  | { readonly type: "comparison"; readonly value: GraphComparison | undefined }
  /** Where the cursor of the text is; undefined outside of all components. */
  | { readonly type: "current"; readonly value: string | undefined };
