// The import table of layers.ts as a lint rule.
import path from "node:path";
import type { Rule } from "eslint";
import { forbiddenModules, layers, packageOwners } from "./layers.ts";

const folders = Object.keys(layers).sort((a, b) => b.length - a.length);

/** The deepest listed folder that contains the file. */
export function layerOf(file: string): string | undefined {
  return folders.find((folder) => file === folder || file.startsWith(`${folder}/`));
}

function contains(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

function ownersOf(specifier: string) {
  return Object.entries(packageOwners).find(([name]) => contains(name, specifier));
}

export const importTable: Rule.RuleModule = {
  meta: {
    type: "problem",
    schema: [],
    messages: { forbidden: "{{from}} may not import {{to}} (scripts/layers.ts)." },
  },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join("/");
    const from = layerOf(file);
    if (!from) return {};
    function check(node: Rule.Node, specifier: unknown, typeOnly: boolean) {
      if (typeof specifier !== "string" || from === undefined) return;
      const report = (to: string) => context.report({ node, messageId: "forbidden", data: { from, to } });
      const [owned, owners] = ownersOf(specifier) ?? [];
      if (owned !== undefined && owners?.includes(from) === false) return report(owned);
      if (forbiddenModules[from]?.some((name) => contains(name, specifier))) return report(specifier);
      if (!specifier.startsWith(".")) return;
      const target = path.posix.join(path.posix.dirname(file), specifier);
      const to = layerOf(target);
      if (!to || to === from) return;
      const allowed = layers[from] ?? [];
      if (allowed.includes(to) || (typeOnly && allowed.includes(`types:${to}`))) return;
      report(to);
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value, isTypeOnly(node)),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, isTypeOnly(node)),
      ExportAllDeclaration: (node) => check(node, node.source.value, isTypeOnly(node)),
      ImportExpression: (node) => check(node, "value" in node.source ? node.source.value : undefined, false),
    };
  },
};

/** The TypeScript parser adds the kind, which ESLint's own types of the nodes lack. */
function isTypeOnly(node: object): boolean {
  return ("importKind" in node && node.importKind === "type") || ("exportKind" in node && node.exportKind === "type");
}
