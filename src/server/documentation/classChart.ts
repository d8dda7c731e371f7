import type { DocumentedName } from "../analysis/typescript/answers.ts";

const mostNames = 60;

/** Classes and interfaces with what they extend and implement, as a Mermaid chart; undefined where none does. */
export function classChart(exports: readonly DocumentedName[]): string | undefined {
  const types = flat(exports).filter(({ bases = [] }) => bases.length > 0);
  const shown = types.slice(0, mostNames);
  if (shown.length === 0) return undefined;
  const interfaces = new Set(flat(exports).flatMap(({ name, kind }) => (kind === "interface" ? [name] : [])));
  const ids = new Map<string, string>();
  const idOf = (name: string) => {
    const id = ids.get(name) ?? `c${String(ids.size)}`;
    ids.set(name, id);
    return id;
  };
  const arrows = new Set(
    shown.flatMap(({ name, bases = [] }) =>
      bases.map((base) => `  ${idOf(base.name)} ${base.kind === "extends" ? "<|--" : "<|.."} ${idOf(name)}`),
    ),
  );
  const nodes = [...ids].map(([name, id]) => `  class ${id}["${name}"]`);
  const marks = [...ids].flatMap(([name, id]) => (interfaces.has(name) ? [`  <<interface>> ${id}`] : []));
  const chart = ["```mermaid", "classDiagram", ...nodes, ...marks, ...arrows, "```"].join("\n");
  const left = types.length - shown.length;
  return left > 0 ? `${chart}\n\n${String(left)} more classes and interfaces with bases are not in the chart.` : chart;
}

/** A default export is drawn by the name that it has in its file. */
function ownName({ name, signature }: DocumentedName): string {
  const [, declared] = /^(?:abstract )?(?:class|interface) ([\p{ID_Continue}$]+)/u.exec(signature) ?? [];
  return name === "default" && declared !== undefined ? declared : name;
}

function flat(names: readonly DocumentedName[], prefix = ""): DocumentedName[] {
  return names.flatMap((each) => {
    const name = `${prefix}${ownName(each)}`;
    return [{ ...each, name }, ...flat(each.exports ?? [], `${name}.`)];
  });
}
