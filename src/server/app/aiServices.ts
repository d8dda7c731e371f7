import type { HeadlessSettings, Settings } from "../../protocol/settings.ts";
import { createAi } from "../ai/ai.ts";
import type { Ai, AiDeps } from "../ai/ai.ts";
import type { Budgets } from "../economy/budgets.ts";
import { createEditorModel } from "../models/editorModel.ts";
import type { AskEditorModel } from "../models/editorModel.ts";
import { createFlowModel } from "../models/flowModel.ts";
import type { RunFlow } from "../models/flowModel.ts";
import { createModels } from "../models/models.ts";
import type { ModelSettings } from "../models/models.ts";
import { createOpenAiModel } from "../models/openAiModel.ts";
import type { ModelCallRecord } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import type { Network } from "../platform/network.ts";
import type { SecretStore } from "../web/secretStore.ts";

type ModelFields = Pick<Settings & HeadlessSettings, "ai.provider" | "ai.url" | "ai.model" | "ai.flow">;

export const noModel: ModelSettings = { provider: "off", url: "", model: "", flow: "" };

export function modelSettings(settings: ModelFields): ModelSettings {
  const { "ai.provider": provider, "ai.url": url, "ai.model": model, "ai.flow": flow } = settings;
  return { provider, url, model, flow };
}

/** The secret that is the key of the API. */
const keyName = "ai_model";
/** Runs of the flow that answers. More at once mean that it calls the tools that it answers for. */
const mostFlowRuns = 4;

interface Deps extends Omit<AiDeps, "models"> {
  settings(): ModelSettings;
  readonly network: Network;
  /** For the address that the user set. */
  readonly key?: string;
  readonly secrets: Pick<SecretStore, "list">;
  readonly budgets: Pick<Budgets, "admit">;
  recordModelCall(call: ModelCallRecord): Promise<void>;
  readonly runFlow: RunFlow;
  readonly askEditor?: AskEditorModel;
}

export function createAiServices(deps: Deps): Ai {
  const { settings, network, secrets, budgets, recordModelCall, runFlow, askEditor } = deps;
  let flowRuns = 0;

  const runOneOfFew: RunFlow = async (request, signal) => {
    if (flowRuns >= mostFlowRuns) {
      throw new ToolError(
        "NOT_READY",
        `${String(mostFlowRuns)} runs of the flow that answers are under way.`,
        "Wait for them. If the flow calls explain_code, generate_code, generate_tests or optimize_performance, take these tools out of it: it would ask itself.",
      );
    }
    flowRuns++;
    try {
      return await runFlow(request, signal);
    } finally {
      flowRuns--;
    }
  };

  const models = createModels({
    settings,
    providers: {
      openai: (chosen) =>
        createOpenAiModel(chosen, {
          network,
          async key(origin) {
            if (deps.key !== undefined) return deps.key;
            const secret = (await secrets.list()).find(({ name }) => name === keyName);
            return secret?.origins.includes(origin) === true ? secret.value : undefined;
          },
        }),
      flow: (chosen) => createFlowModel(chosen, runOneOfFew),
      editor: askEditor && ((chosen) => createEditorModel(chosen, askEditor)),
    },
    admit: (model, signal) =>
      budgets.admit(
        { id: "", name: "", model },
        { signal, progress: () => undefined, readRunsOfOthers: () => Promise.resolve() },
      ),
    record: recordModelCall,
    now: () => new Date(),
  });
  return createAi({ ...deps, models });
}
