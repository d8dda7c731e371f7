// Starter projects of Langflow, each broken in one way; the same ways for the same seed.
import type { FlowProblem } from "../../src/protocol/flowFiles.ts";

export type Fields = Record<string, unknown>;
export interface Handle {
  id: string;
  name?: string;
  fieldName?: string;
  inputTypes?: string[];
  output_types?: string[];
  type?: string;
}
export interface Edge {
  source: string;
  target: string;
  data: { sourceHandle: Handle; targetHandle: Handle };
}
interface Node {
  id: string;
  type: string;
  data: { id: string; type: string; node: { template: Record<string, Fields>; tool_mode?: boolean } };
}
export interface FlowData {
  nodes: Node[];
  edges: Edge[];
}

/** What is changed, and what must be said of it: at which component and field, whatever its severity. */
export interface Mutation {
  readonly kind: MutationKind;
  readonly data: FlowData;
  readonly expected?: Pick<FlowProblem, "node" | "field"> & { readonly code?: string };
}

const mutations = {
  removedComponent({ data, draw }) {
    const connected = data.nodes.filter(({ id }) =>
      data.edges.some(({ source, target }) => id === source || id === target),
    );
    const { id } = draw(connected);
    data.nodes = data.nodes.filter((node) => node.id !== id);
    return { node: id };
  },
  secondChatInput({ data }) {
    const input = data.nodes.find(({ id }) => id.startsWith("ChatInput-"));
    if (!input) return undefined;
    const id = "ChatInput-again";
    data.nodes.push({ ...structuredClone(input), id, data: { ...structuredClone(input.data), id } });
    for (const edge of data.edges.filter(({ source }) => source === input.id)) {
      const { sourceHandle, targetHandle } = edge.data;
      data.edges.push({ ...edge, source: id, data: { sourceHandle: { ...sourceHandle, id }, targetHandle } });
    }
    return { node: id };
  },
  unknownComponent({ components, draw }) {
    const node = draw(components);
    node.data.type = "NoSuchComponent";
    delete node.data.node.template["code"];
    return { node: node.id };
  },
  unknownComponentWithCode({ components, draw }) {
    const node = draw(components);
    node.data.type = "NoSuchComponent";
    return { node: node.id };
  },
  rewiredEdge({ data, components, draw }) {
    const edge = draw(data.edges);
    const node = draw(components.filter(({ id }) => id !== edge.target));
    edge.target = node.id;
    edge.data.targetHandle.id = node.id;
    const { fieldName } = edge.data.targetHandle;
    const isLost = fieldName !== undefined && !(fieldName in node.data.node.template);
    return isLost ? { ...endOf(edge), code: "unknown-field" } : undefined;
  },
  edgeToNowhere({ data, draw }) {
    const edge = draw(data.edges);
    edge.target = "Gone-12345";
    edge.data.targetHandle.id = "Gone-12345";
    return { node: "Gone-12345" };
  },
  edgeFromNowhere({ data, draw }) {
    const edge = draw(data.edges);
    edge.source = "Gone-12345";
    return { node: "Gone-12345" };
  },
  wrongInputType({ data, draw }) {
    const edge = draw(data.edges);
    const { targetHandle } = edge.data;
    if (targetHandle.name !== undefined) targetHandle.output_types = ["Retriever"];
    else Object.assign(targetHandle, { inputTypes: ["Retriever"], type: "other" });
    return endOf(edge);
  },
  wrongOutputType({ data, draw }) {
    const edge = draw(data.edges);
    edge.data.sourceHandle.output_types = ["Retriever"];
    return endOf(edge);
  },
  unknownOutput({ data, draw }) {
    const edge = draw(data.edges);
    edge.data.sourceHandle.name = "no_such_output";
    return endOf(edge);
  },
  unknownField({ data, draw }) {
    const edge = draw(data.edges);
    const { targetHandle } = edge.data;
    if (targetHandle.name !== undefined) return undefined;
    targetHandle.fieldName = "no_such_field";
    return endOf(edge);
  },
  missingInput({ data, components, draw }) {
    const filled = components.flatMap((node) =>
      Object.entries(node.data.node.template).flatMap(([name, field]) =>
        isNeeded(field, node) && !isConnected(data, node, name) ? [{ node, name, field }] : [],
      ),
    );
    const connected = data.edges.filter((edge) => {
      const node = components.find(({ id }) => id === edge.target);
      const field = node?.data.node.template[edge.data.targetHandle.fieldName ?? ""];
      return node && field && isNeeded(field, node) && (field["value"] ?? "") === "";
    });
    if (filled.length + connected.length === 0) return undefined;
    const drawn = draw([...filled, ...connected]);
    if ("field" in drawn) {
      drawn.field["value"] = "";
      return { node: drawn.node.id, field: drawn.name, code: "missing-input" };
    }
    const end = endOf(drawn);
    data.edges = data.edges.filter(
      ({ target, data: { targetHandle } }) => target !== end.node || targetHandle.fieldName !== end.field,
    );
    return { ...end, code: "missing-input" };
  },
  outdatedCode({ components, draw, isKnown }) {
    const node = draw(components.filter(({ data: { type } }) => isKnown(type)));
    const { code } = node.data.node.template;
    if (!code) return undefined;
    code["value"] = `${String(code["value"])}\n# older\n`;
    return { node: node.id, code: "outdated-component" };
  },
  secretPutIn({ components, draw }) {
    const secrets = components.flatMap((node) =>
      Object.entries(node.data.node.template).flatMap(([name, field]) =>
        field["password"] === true ? [{ node, name, field }] : [],
      ),
    );
    if (secrets.length === 0) return undefined;
    const { node, name, field } = draw(secrets);
    Object.assign(field, { value: "sk-not-a-real-key-of-a-test", load_from_db: false });
    return { node: node.id, field: name, code: "secret-in-file" };
  },
} satisfies Record<string, (given: Given) => Mutation["expected"]>;
export type MutationKind = keyof typeof mutations;

interface Given {
  readonly data: FlowData;
  readonly components: Node[];
  draw<T>(from: readonly T[]): T;
  isKnown(type: string): boolean;
}

export interface MutationOptions {
  readonly seed: number;
  /** Whether the server has the component. */
  isKnown(type: string): boolean;
}

/** One of each kind that the flow has something for. */
export function mutationsOf(flow: FlowData, { seed, isKnown }: MutationOptions): Mutation[] {
  const random = randomOf(seed);
  const draw = <T>(from: readonly T[]): T => {
    const drawn = from[Math.floor(random() * from.length)];
    if (drawn === undefined) throw new Error("nothing to draw from");
    return drawn;
  };
  return kinds().map((kind) => {
    const data = structuredClone(flow);
    const components = data.nodes.filter(({ type }) => type !== "noteNode");
    const expected = mutations[kind]({ data, components, draw, isKnown });
    return { kind, data, ...(expected && { expected }) };
  });
}

function kinds(): MutationKind[] {
  return Object.keys(mutations).filter((kind): kind is MutationKind => kind in mutations);
}

function endOf({ target, data: { targetHandle } }: Edge): { node: string; field: string } {
  return { node: target, field: targetHandle.fieldName ?? targetHandle.name ?? "" };
}

function isNeeded(
  { required, show, tool_mode: byAgent, password, load_from_db: variable }: Fields,
  { data }: Node,
): boolean {
  const ofAgent = byAgent === true && data.node.tool_mode === true;
  return required === true && show === true && !ofAgent && password !== true && variable !== true;
}

function isConnected({ edges }: FlowData, { id }: Node, name: string): boolean {
  return edges.some(({ target, data: { targetHandle } }) => target === id && targetHandle.fieldName === name);
}

/** Mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
