import { Range } from "vscode";
import type { TestController } from "vscode";
import type { FlowTestFile } from "../../../protocol/flowTests.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { flowFolders } from "../../support/flowFolders.ts";
import { locationOf } from "../../support/toolPaths.ts";

/** Shows the files of tests and their tests as they are now. */
export async function listTests(controller: TestController, server: WindowServer): Promise<void> {
  await server.ready();
  const lists = await Promise.all(flowFolders().map((dir) => server.operate("flowTests.list", { dir })));
  controller.items.replace(lists.flat().map((file) => itemOf(controller, file)));
}

function itemOf(controller: TestController, { file, cases, problem }: FlowTestFile) {
  const uri = locationOf(file);
  const item = controller.createTestItem(file, file.split("/").at(-1) ?? file, uri);
  if (problem !== undefined) item.error = problem;
  item.children.replace(
    cases.map(({ name, line }) => {
      const test = controller.createTestItem(`${file}\n${name}`, name, uri);
      test.range = new Range(line - 1, 0, line - 1, 0);
      return test;
    }),
  );
  return item;
}
