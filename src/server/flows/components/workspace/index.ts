import { ownComponents } from "../../../../protocol/components.ts";
import type { OwnComponentName } from "../../../../protocol/components.ts";
import { applyEdits } from "./applyEdits.ts";
import { liveMetrics } from "./liveMetrics.ts";
import type { OwnComponent } from "./ownComponent.ts";
import { sourceOf } from "./source.ts";
import { workspaceContext } from "./workspaceContext.ts";
import { workspaceFiles } from "./workspaceFiles.ts";
import { workspaceSearch } from "./workspaceSearch.ts";

const components: Readonly<Record<OwnComponentName, OwnComponent>> = {
  "workspace-files": workspaceFiles,
  "workspace-search": workspaceSearch,
  "apply-edits": applyEdits,
  "workspace-context": workspaceContext,
  "live-metrics": liveMetrics,
};

/** A component that calls the workspace, as the Python of a user's own. */
export function workspaceComponent(from: OwnComponentName, name: string): string {
  return sourceOf(components[from], { name, description: ownComponents[from] });
}
