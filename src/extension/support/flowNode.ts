import type { FlowOfBoth } from "../../protocol/flowFiles.ts";

/** A flow in the Langflow view: commands that are chosen there get it. */
export class FlowNode {
  readonly flow: FlowOfBoth;

  constructor(flow: FlowOfBoth) {
    this.flow = flow;
  }
}

/** The flow of the view's item that a command was called for. */
export function flowOfItem(item: unknown): FlowOfBoth | undefined {
  return item instanceof FlowNode ? item.flow : undefined;
}
