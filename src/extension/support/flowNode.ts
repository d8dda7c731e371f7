import type { FlowOfBoth } from "../../protocol/flowFiles.ts";

/** A flow in the Langflow view: commands that are chosen there get it. */
export class FlowNode {
  /** Files that are read after activation have a copy of this class, and an item comes from the first one. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && "isFlowNode" in value;
  }

  readonly isFlowNode = true;
  readonly flow: FlowOfBoth;

  constructor(flow: FlowOfBoth) {
    this.flow = flow;
  }
}

/** The flow of the view's item that a command was called for. */
export function flowOfItem(item: unknown): FlowOfBoth | undefined {
  return item instanceof FlowNode ? item.flow : undefined;
}

/** The flows of all items that a command was called for. */
export function flowsOfItems(item: unknown, selection: unknown): readonly FlowOfBoth[] {
  const items: readonly unknown[] = Array.isArray(selection) && selection.length > 0 ? selection : [item];
  return items.flatMap((each) => flowOfItem(each) ?? []);
}
