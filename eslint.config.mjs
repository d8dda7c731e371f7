import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { importTable } from "./scripts/lintRules.ts";

export default defineConfig(
  { ignores: ["dist/", "media/", "coverage/", "shots/", "test/fixtures/", "node_modules/"] },
  js.configs.recommended,
  {
    // What no tsconfig reads.
    files: ["test/support/**/*.{mjs,cjs}"],
    languageOptions: { globals: { process: "readonly", Buffer: "readonly", require: "readonly", module: "readonly" } },
  },
  {
    files: ["src/**/*.ts", "src/**/*.tsx", "test/**/*.ts", "scripts/**/*.{ts,mjs}", "bin/*.mjs", "*.mjs"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { lfc: { rules: { "import-table": importTable } } },
    languageOptions: {
      parserOptions: {
        project: ["src/*/tsconfig.json", "test/tsconfig.json", "scripts/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "lfc/import-table": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "as" }],
      "@typescript-eslint/no-unsafe-type-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-meaningless-void-operator": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Services are objects of closures: their methods have no `this` to lose.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The sides that read compilers' types meet enums and overloads these two misjudge.
      "@typescript-eslint/unified-signatures": "off",
      "no-console": "error",
      eqeqeq: "error",
      // The compiler wants brackets on index signatures; left to find that out alone, the rule misses mapped types.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
    },
  },
  {
    // The low-level server is deprecated for general use; one per request over our own registry is the reason it stays.
    files: ["src/server/faces/mcp/*.ts", "scripts/lib/bareMcpServer.ts"],
    rules: { "@typescript-eslint/no-deprecated": "off" },
  },
  {
    files: ["scripts/**/*.{ts,mjs}", "bin/*.mjs", "*.mjs"],
    rules: {
      // What people run in a terminal prints there.
      "no-console": "off",
      // The compiler knows the globals.
      "no-undef": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
      // Functions that are handed to the extension host get their arguments as unknown and are async by their type.
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/prefer-includes": "off",
      "@typescript-eslint/no-unsafe-type-assertion": "off",
      "no-console": "off",
    },
  },
  {
    // What a flow is needs no network.
    files: ["src/server/flows/**/*.ts"],
    rules: { "no-restricted-globals": ["error", "fetch"] },
  },
  {
    // What the server takes from its environment stands in the registry of settings; a child of its own gets the rest.
    files: ["src/server/**/*.ts"],
    ignores: [
      "src/server/cli/settings.ts",
      "src/server/platform/git.ts",
      "src/server/platform/bareEnvironment.ts",
      "src/server/main.ts",
    ],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Read settings.ts instead." },
      ],
    },
  },
);
