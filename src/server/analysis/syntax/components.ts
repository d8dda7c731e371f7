export const componentKinds = [
  "class",
  "interface",
  "type",
  "enum",
  "function",
  "method",
  "variable",
  "namespace",
  "route",
  "test",
  "export",
] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** A named part of a file. */
export interface Component {
  /** A name path such as `Cart/add`; of a route its method and path; of a test its titles joined by " > ". */
  readonly name: string;
  readonly kind: ComponentKind;
  /** 1-based, of the declaration without decorators and comments before it. */
  readonly line: number;
  readonly endLine: number;
  /** The head of the declaration on one line. */
  readonly signature: string;
  readonly exported: boolean;
}

/** Components of a file as a scan keeps them, as rows of JSON: a third of the memory that objects take. */
export type PackedComponents = string & { readonly packed: "components" };

type Row = readonly [name: string, kind: number, line: number, endLine: number, signature: string, exported: 0 | 1];

export function packComponents(components: readonly Component[]): PackedComponents {
  const rows = components.map(({ name, kind, line, endLine, signature, exported }): Row => [
    name,
    componentKinds.indexOf(kind),
    line,
    endLine,
    signature,
    exported ? 1 : 0,
  ]);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the mark of what this function made
  return JSON.stringify(rows) as PackedComponents;
}

export function unpackComponents(packed: PackedComponents): Component[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what packComponents made
  const rows = JSON.parse(packed) as Row[];
  return rows.map(([name, kind, line, endLine, signature, exported]) => ({
    name,
    kind: componentKinds[kind] ?? "export",
    line,
    endLine,
    signature,
    exported: exported === 1,
  }));
}

/** Each with its level in the tree of names: 1 for what is in no other component. */
export function withLevels(components: readonly Component[]): (Component & { readonly level: number })[] {
  const levels = new Map<string, number>();
  const levelOf = ({ name, kind }: Component): number => {
    if (kind === "route") return 1;
    const sign = kind === "test" ? " > " : "/";
    // A member may have the sign in its own name, so that its owner is the longest beginning that is a component.
    for (let at = name.lastIndexOf(sign); at > 0; at = name.lastIndexOf(sign, at - 1)) {
      const owner = levels.get(name.slice(0, at));
      if (owner !== undefined) return owner + 1;
    }
    return 1;
  };
  return components.map((component) => {
    const level = levelOf(component);
    levels.set(component.name, level);
    return { ...component, level };
  });
}
