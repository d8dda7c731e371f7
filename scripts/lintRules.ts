// The import table of layers.ts as a lint rule.
import path from "node:path";
import { layers, packageOwners } from "./layers.ts";

const folders = Object.keys(layers).sort((a, b) => b.length - a.length);

/** The deepest listed folder that contains the file. */
export function layerOf(file) {
  return folders.find((folder) => file === folder || file.startsWith(`${folder}/`));
}

function packageOf(specifier) {
  const known = Object.keys(packageOwners);
  return known.find((name) => specifier === name || specifier.startsWith(`${name}/`));
}

export const importTable = {
  meta: {
    type: "problem",
    schema: [],
    messages: { forbidden: "{{from}} may not import {{to}} (scripts/layers.ts)." },
  },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join("/");
    const from = layerOf(file);
    if (!from) return {};
    function check(node, specifier, typeOnly) {
      const report = (to) => context.report({ node, messageId: "forbidden", data: { from, to } });
      const owned = packageOf(specifier);
      if (owned && !packageOwners[owned].includes(from)) return report(owned);
      if (!specifier.startsWith(".")) return;
      const target = path.posix.join(path.posix.dirname(file), specifier);
      const to = layerOf(target);
      if (!to || to === from) return;
      const allowed = layers[from];
      if (allowed.includes(to) || (typeOnly && allowed.includes(`types:${to}`))) return;
      report(to);
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value, node.importKind === "type"),
      ExportNamedDeclaration: (node) => node.source && check(node, node.source.value, node.exportKind === "type"),
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === "type"),
      ImportExpression: (node) => typeof node.source.value === "string" && check(node, node.source.value, false),
    };
  },
};
