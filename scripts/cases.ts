// npm run cases -- DIR [NAME…]: every case of a folder through a real client, judged by tsc.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { readCase, startCases } from "./lib/cases.ts";

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name a folder with cases: npm run cases -- DIR [NAME…]");
const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
const wanted = files.filter((file) => names.length === 0 || names.some((name) => file.startsWith(name)));
let right = 0;
const cases = await startCases();
try {
  for (const file of wanted) {
    const one = await readCase(path.join(folder, file));
    const wrong = await cases.run(one);
    if (wrong.length === 0) right++;
    console.log(`${wrong.length === 0 ? "right" : "WRONG"}  ${file}: ${one.about}`);
    for (const problem of wrong) console.log(`         ${problem.replaceAll("\n", "\n         ")}`);
  }
} finally {
  await cases.stop();
}
console.log(`${right} of ${wanted.length} right`);
process.exitCode = right === wanted.length && wanted.length > 0 ? 0 : 1;
