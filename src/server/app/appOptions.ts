import type { ChannelSettings } from "../health/channels.ts";
import type { OwnPrices } from "../../protocol/ownPrices.ts";
import type { RuleChanges } from "../../protocol/findings.ts";
import type { Exclusions } from "../platform/ignoreRules.ts";
import type { Logger } from "../platform/logger.ts";
import type { Network } from "../platform/network.ts";
import type { EngineChoice } from "../storage/open.ts";
import type { AskEditorModel } from "../models/editorModel.ts";
import type { ModelSettings } from "../models/models.ts";
import type { CallPolicy } from "../tools/runner/runTool.ts";
import type { EditPolicy, EditTarget } from "../workspace/edits/edits.ts";
import type { EmbeddingSettings } from "../vectors/embeddings.ts";
import type { WebSearchSettings } from "../web/search.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface AppOptions {
  readonly folders: readonly string[];
  /** Data folder of this user. */
  readonly data: string;
  /** Name of the workspace in Langflow; that of its first folder when left out. */
  readonly workspaceName?: string;
  readonly log: Logger;
  readonly version: string;
  /** Read for every change, so that a changed setting counts at once. */
  editPolicy(): EditPolicy;
  /** What the editor leaves out of its own search; VS Code's defaults without one. */
  readonly exclusions?: Exclusions;
  /** What the user's settings change of the rules of findings; read for each question. */
  ruleChanges?(): RuleChanges;
  /** Patterns of protected files that the user allows tools to write. */
  readonly allowProtected?: readonly string[];
  /** Where changes land when there is an editor; without one, on the disk. */
  editTarget?(workspace: Workspace): EditTarget;
  /** What stands before each call of a tool. */
  readonly policies?: readonly CallPolicy[];
  /** Toolsets that `tools/list` shows to a client that asks for none. */
  readonly toolsets?: readonly string[];
  readonly engine: EngineChoice;
  /** How Langflow is reached; directly, with the trust of Node, when left out. */
  readonly network?: Network;
  /** The value of an environment variable of this process, such as the key of an environment; none when left out. */
  variable?(name: string): string | undefined;
  /** Whether a pull makes Python files of a flow's own components; no when left out. Read for each. */
  pythonFiles?(): boolean;
  /** HOST:PORT of hosts that tools may call though they are not public; none when left out. Read for each call. */
  allowedHosts?(): readonly string[];
  /** Who searches the web for the tool web_search; nobody when left out. Read for each search. */
  webSearch?(): WebSearchSettings;
  /** Who writes for the AI tools; nobody when left out. Read for each question. */
  model?(): ModelSettings;
  /** Whether tests that a model wrote may be run, once the user says so where there is an editor; no when left out. */
  runTests?(): boolean;
  /** For the address of the model; the user's secret of the name ai_model when left out. */
  readonly modelKey?: string;
  /** The models of VS Code; none when left out. */
  readonly askEditorModel?: AskEditorModel;
  /** Where alerts are sent; nowhere when left out. */
  readonly alertChannels?: ChannelSettings;
  /** Where code and memories become vectors; nowhere when left out. */
  readonly embeddings?: EmbeddingSettings | undefined;
  /** The model that tool calls are estimated for; "" for none. Read for every sum. */
  costModel(): string;
  /** Days that the ledger keeps each call and run. */
  readonly keepDays: number;
  /** The user's own prices; none when left out. Read for every run. */
  ownPrices?(): OwnPrices;
  /** US dollars above which a run begins only when the user says so; 0 for never, as when left out. Read for every run. */
  askAbove?(): number;
  /** Megabytes above which the process drops what is idle; 0 for half of the machine's, as when left out. */
  readonly memoryLimit?: number;
  /** Base address of the OpenTelemetry collector that gets traces; none when left out or "". */
  readonly tracesEndpoint?: string;
}
