// The worked examples of docs/adding-*.md: each is a diff that applies to the sources as they are.
import { readFileSync, readdirSync } from "node:fs";

export interface Example {
  /** What is added: `tool` for docs/adding-tool.md. */
  readonly kind: string;
  readonly patch: string;
  /** Files under src that the example touches. Tests and generated files are not counted. */
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** The most files that an addition may touch. */
export const mostFiles: Readonly<Record<string, number>> = {
  tool: 2,
  operation: 3,
  topic: 4,
  setting: 2,
  figure: 5,
  command: 3,
  question: 4,
  template: 2,
};

export function readExamples(root: string): readonly Example[] {
  return readdirSync(`${root}/docs`)
    .flatMap((file) => /^adding-(\w+)\.md$/.exec(file)?.[1] ?? [])
    .sort()
    .map((kind) => {
      const text = readFileSync(`${root}/docs/adding-${kind}.md`, "utf8");
      const patch = [...text.matchAll(/^```diff\n(.*?)^```$/gms)].map(([, block = ""]) => block).join("");
      const files = [...patch.matchAll(/^diff --git a\/\S+ b\/(\S+)$/gm)].map(([, file = ""]) => file);
      const under = (folder: string) => files.filter((file) => file.startsWith(folder));
      return { kind, patch, sources: under("src/"), tests: under("test/").filter((file) => file.endsWith(".test.ts")) };
    });
}
