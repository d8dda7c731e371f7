import { roots } from "./toolPaths.ts";

/** Where flow files are: `flows` of each folder of the workspace. */
export function flowFolders(): readonly string[] {
  const folders = roots();
  return folders.length > 1 ? folders.map(({ name }) => `${name}/flows`) : ["flows"];
}

/** Where new flow files go, unless the user says otherwise. */
export function flowFolder(): string {
  return flowFolders()[0] ?? "flows";
}
