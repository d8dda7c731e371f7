// Apart from the schemas: the window reads it before it needs zod.

export const flowStates = ["same", "changedHere", "changedThere", "changedBoth", "onlyHere", "onlyThere"] as const;
export type FlowState = (typeof flowStates)[number];

/** The words for a state. */
export const flowStateWords: Readonly<Record<FlowState, string>> = {
  same: "same",
  changedHere: "changed here",
  changedThere: "changed in Langflow",
  changedBoth: "changed on both sides",
  onlyHere: "only here",
  onlyThere: "only in Langflow",
};
