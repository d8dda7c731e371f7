export interface PromptArgument {
  readonly description: string;
  readonly required?: boolean;
  /** What its values are, for completion; free words when left out. */
  readonly values?: "file" | "symbol" | "ref";
}

/** A task for a model, as data: which tools answer it, in which order, and what the user gets. */
export interface PromptDefinition {
  /** snake_case, a verb first. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: Readonly<Record<string, PromptArgument>>;
  /** @param args Those that the user filled in: all required ones, and none that is not in `arguments`. */
  text(args: Readonly<Record<string, string>>): string;
}

export function definePrompt<const Name extends string>(definition: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: Readonly<Record<Name, PromptArgument>>;
  text(args: Partial<Readonly<Record<Name, string>>>): string;
}): PromptDefinition {
  const { text, arguments: known } = definition;
  const isKnown = (name: string): name is Name => Object.hasOwn(known, name);
  return {
    ...definition,
    text(args) {
      const mine: Partial<Record<Name, string>> = {};
      for (const [name, value] of Object.entries(args)) if (isKnown(name)) mine[name] = value;
      return text(mine);
    },
  };
}
