import { z } from "zod";
import { readKey } from "../platform/keyFile.ts";
import type { LangflowLink } from "../langflow/types.ts";

/** One call of the control face. Progress goes out while it runs. */
export interface ControlCall {
  readonly method: string;
  readonly params: unknown;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** What `langflow-connect langflow …` asks of the running server; undefined for a method that there is not. */
export type Control = (call: ControlCall) => Promise<unknown> | undefined;

const Connect = z.strictObject({ url: z.string(), keyFile: z.string().optional() });
const Push = z.strictObject({ template: z.string(), overwrite: z.boolean().default(false) });
const OneFlow = z.strictObject({ flow: z.string() });

export function createControl(link: LangflowLink): Control {
  return ({ method, params, signal, progress }) => {
    switch (method) {
      case "status":
        return Promise.resolve(link.status());
      case "connect":
        return connectLink(link, { ...Connect.parse(params), signal });
      case "list":
        return link.flows(signal);
      case "push":
        return link.push(Push.parse(params).template, { overwrite: Push.parse(params).overwrite, signal });
      case "run":
        return link.run(OneFlow.parse(params).flow, { signal, progress });
      case "pull":
        return link.pull(OneFlow.parse(params).flow, signal);
      case "diff":
        return link.diff(OneFlow.parse(params).flow, signal);
      case "traces":
        return link.traces(OneFlow.parse(params).flow, signal);
      case "disconnect":
        return link.disconnect();
      default:
        return undefined;
    }
  };
}

export interface ConnectRequest {
  readonly url: string;
  /** The server reads the key itself, so that it crosses no process. */
  readonly keyFile?: string | undefined;
  readonly signal: AbortSignal;
}

export async function connectLink(link: LangflowLink, { url, keyFile, signal }: ConnectRequest) {
  if (keyFile === undefined) return link.connect({ url, signal });
  return link.connect({ url, keyFile, apiKey: await readKey(keyFile), signal });
}
