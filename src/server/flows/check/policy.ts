import { codeOf, nameOf } from "./flowGraph.ts";
import type { FlowGraph, GraphNode } from "./flowGraph.ts";
import type { KnownComponents } from "./knownComponents.ts";
import { problemOfNode } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

/** Which components a Langflow runs, as its administrators decided (1.13 and newer). */
export interface ComponentPolicy {
  readonly blockedTypes: ReadonlySet<string>;
  /** Whether it runs code that is not its own. */
  readonly allowsOtherCode: boolean;
  /** When it does not: whether it replaces other code of a component that it has, instead of refusing the flow. */
  readonly replacesOtherCode: boolean;
}

/** Level 5: decided as `check_flow_and_raise` and `validate_catalog_policy_for_flow` of 1.13.0 do before a build. */
export function policyProblems(
  { nodes }: FlowGraph,
  known: KnownComponents | undefined,
  policy: ComponentPolicy | undefined,
): FoundProblem[] {
  if (!policy) return [];
  return nodes.flatMap((node) => {
    if (node.isNote || node.isGroup) return [];
    if (policy.blockedTypes.has(node.type)) {
      return [blocked(node, "error", `The policy of this Langflow blocks the component ${nameOf(node)}.`)];
    }
    return policy.allowsOtherCode || !known ? [] : otherCode(node, known, policy);
  });
}

function otherCode(node: GraphNode, known: KnownComponents, policy: ComponentPolicy): FoundProblem[] {
  const code = codeOf(node.template);
  const current = known.find(node.type);
  if (code === "" || (current && codeOf(current.template) === code)) return [];
  if (current && policy.replacesOtherCode) {
    if (node.component["edited"] !== true) return [];
    const message = `This Langflow runs no code but its own: the edited code of ${nameOf(node)} is replaced.`;
    return [blocked(node, "warning", message)];
  }
  const message = current
    ? `This Langflow runs no code but its own, and ${nameOf(node)} has other code: update the component.`
    : `This Langflow runs no code but its own, and has no component ${node.type}.`;
  return [blocked(node, "error", message)];
}

function blocked(node: GraphNode, severity: "error" | "warning", message: string): FoundProblem {
  return problemOfNode(node, { code: "blocked-component", severity, level: 5, message });
}
