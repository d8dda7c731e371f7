import { fastImport, importedCommit, plantRepository, servesParts } from "./plantedRepository.ts";
import type { PlantedRepository } from "./plantedRepository.ts";

/** A repository of TypeScript files in folders of a hundred, each with one function that its neighbour calls. */
export function largeRepository(folder: string, files: number): PlantedRepository {
  const planted = plantRepository(folder);
  servesParts(planted);
  fastImport(planted, importedCommit("one", sources(files)));
  return planted;
}

function* sources(files: number): Iterable<readonly [string, string]> {
  yield ["package.json", '{ "name": "large" }\n'];
  yield ["tsconfig.json", '{ "compilerOptions": { "strict": true }, "include": ["src"] }\n'];
  for (let at = 0; at < files - 2; at++) {
    const folder = `src/part${Math.floor(at / 100)}`;
    const uses = at % 100 === 0 ? [] : [`import { f${at - 1} } from "./f${at - 1}.ts";`];
    const call = at % 100 === 0 ? String(at) : `f${at - 1}() + 1`;
    yield [
      `${folder}/f${at}.ts`,
      [...uses, `export function f${at}(): number {`, `  return ${call};`, "}", ""].join("\n"),
    ];
  }
}
