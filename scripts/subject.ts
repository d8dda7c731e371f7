// node scripts/subject.ts NAME: makes a subject of tests and figures ready in the cache and says where it is.
import { subject } from "./lib/subjects.ts";
import { isSubject, subjectNames } from "./lib/subjectFolders.ts";

const [name = ""] = process.argv.slice(2);
if (!isSubject(name)) {
  console.error(`Usage: node scripts/subject.ts ${subjectNames.join(" | ")}`);
  process.exitCode = 2;
} else {
  const { folder, sources, errors } = await subject(name);
  console.log(JSON.stringify({ folder, sources, errors: errors.length }));
}
