// @ts-check
// node scripts/subject.ts NAME: makes a subject of tests and figures ready in the cache and says where it is.
import { subject, subjectNames } from "./lib/subjects.ts";

const [name] = process.argv.slice(2);
if (!name) {
  console.error(`Usage: node scripts/subject.ts ${subjectNames.join(" | ")}`);
  process.exitCode = 2;
} else {
  const { folder, sources, errors } = await subject(name);
  console.log(JSON.stringify({ folder, sources, errors: errors.length }));
}
