/** A component that we ship, as Python that users bring into their own flows. */
export interface OwnComponent {
  /** What it imports of `lfx.io` besides `McpInput` and `Output`. */
  readonly inputs: readonly string[];
  /** What it imports of `lfx.schema`. */
  readonly types: readonly string[];
  readonly icon: string;
  /** Lines of the class: fields besides that of the workspace, outputs and methods. */
  readonly fields: string;
  readonly body: string;
}
