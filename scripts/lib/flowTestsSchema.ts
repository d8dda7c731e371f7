// The JSON schema of files of flow tests, by which VS Code completes and checks them.
import { z } from "zod";
import { FlowTestFile } from "../../src/server/flows/tests/testFile.ts";

/** Contributed in package.json. */
export const flowTestsSchemaFile = "media/flowTests.schema.json";

export function flowTestsSchema(): string {
  // What VS Code supports in full.
  const schema = z.toJSONSchema(FlowTestFile, { target: "draft-7", io: "input" });
  return JSON.stringify({ ...schema, title: "Tests of a Langflow flow" });
}
