import { own } from "../files/flowFile.ts";
import { fieldsIn, nameOf } from "./flowGraph.ts";
import type { FlowGraph, GraphNode } from "./flowGraph.ts";
import { problemOfField } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 5: a variable in a prompt that nothing fills.

export function promptProblems({ nodes }: FlowGraph): FoundProblem[] {
  return nodes.flatMap((node) =>
    fieldsIn(node.template).flatMap(([name, field]) => {
      const { type, value } = field;
      if ((type !== "prompt" && type !== "mustache") || typeof value !== "string") return [];
      const variables = type === "mustache" || usesDoubleBrackets(node) ? mustacheNames(value) : namesIn(value);
      const missing = variables.filter((variable) => own(node.template, variable) === undefined);
      return missing.map((variable) => {
        const message = `The prompt uses {${variable}}, and ${nameOf(node)} has no input of that name.`;
        return problemOfField(node, name, { code: "prompt-variable", severity: "warning", level: 5, message });
      });
    }),
  );
}

function usesDoubleBrackets({ template }: GraphNode): boolean {
  return fieldsIn(template).some(([name, { value }]) => name === "use_double_brackets" && value === true);
}

/** Of Python's format strings: `{{` and `}}` are braces. */
function namesIn(text: string): readonly string[] {
  const plain = text.replaceAll("{{", "").replaceAll("}}", "");
  return [...new Set([...plain.matchAll(/\{([A-Za-z_]\w*)\}/g)].flatMap(([, name]) => name ?? []))];
}

function mustacheNames(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g)].flatMap(([, name]) => name ?? []))];
}
