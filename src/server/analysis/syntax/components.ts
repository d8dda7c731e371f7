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
