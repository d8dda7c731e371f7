import { Linter } from "eslint";
import { builtinRules } from "eslint/use-at-your-own-risk";
import tseslint from "typescript-eslint";

export interface Complexity {
  /** Offset behind the function, and its number. */
  readonly end: number;
  readonly complexity: number;
}

/** What ESLint's own `complexity` rule says of every function, field initializer and static block of a text. */
export function eslintComplexity(file: string, text: string): Complexity[] {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only door to the rules as ESLint ships them
  const rule = builtinRules.get("complexity");
  if (!rule) throw new Error("ESLint has no complexity rule.");
  const found: Complexity[] = [];
  const spy = {
    create: (context: object) =>
      rule.create(
        Object.create(context, {
          options: { value: [0] },
          report: {
            value: ({ node, data }: { node: { range: [number, number] }; data: { complexity: number } }) =>
              found.push({ end: node.range[1], complexity: data.complexity }),
          },
        }) as never,
      ),
  };
  const messages = new Linter().verify(
    text,
    {
      files: ["**/*.ts", "**/*.tsx", "**/*.js", "**/*.jsx", "**/*.mjs", "**/*.cjs"],
      plugins: { spy: { rules: { complexity: spy } } },
      rules: { "spy/complexity": "error" },
      linterOptions: { reportUnusedDisableDirectives: "off", noInlineConfig: true },
      languageOptions: {
        parser: tseslint.parser,
        parserOptions: { ecmaFeatures: { jsx: file.endsWith("x") }, sourceType: "module" },
      },
    },
    { filename: file.replace(/^.*\//, "") },
  );
  const fatal = messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${file}: ${fatal.message}`);
  return found;
}
