// npm run gen: writes the files that are made from code; --check only says which differ.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { format } from "prettier";

const check = process.argv.includes("--check");
const { generated } = await import("./lib/generated.ts");
const { snapshotFolder } = await import("./lib/toolsReference.ts");

let stale = 0;
const files = await generated();
await mkdir(snapshotFolder, { recursive: true });
for (const name of await readdir(snapshotFolder)) {
  const path = `${snapshotFolder}/${name}`;
  if (files.some((file) => file.path === path)) continue;
  stale++;
  if (check) console.log(`${path} belongs to no tool: run \`npm run gen\`.`);
  else await rm(path).then(() => console.log(`removed ${path}`));
}
for (const { path, text } of files) {
  const parser = path.endsWith(".md") ? "markdown" : path === "package.json" ? "json-stringify" : "json";
  const config = { parser, printWidth: 120 };
  const wanted = path.endsWith(".md") || path.endsWith(".json") ? await format(text, config) : text;
  const present = await readFile(path, "utf8").catch(() => "");
  if (present === wanted) continue;
  stale++;
  if (check) console.log(`${path} is not what the code says: run \`npm run gen\`.`);
  else await writeFile(path, wanted).then(() => console.log(`wrote ${path}`));
}
process.exitCode = check && stale > 0 ? 1 : 0;
