import { z } from "zod";
import type { ComponentPolicy } from "../../flows/check/policy.ts";
import type { LangflowHttp } from "./http.ts";

const Config = z.looseObject({
  blocked_component_types: z.array(z.string()).nullish(),
  allow_custom_components: z.boolean().nullish(),
  substitute_outdated_component_code: z.boolean().nullish(),
});

/** A version that says nothing of it blocks nothing. */
export async function readComponentPolicy(http: LangflowHttp, signal: AbortSignal): Promise<ComponentPolicy> {
  const config = await http.json({ method: "GET", path: "/api/v1/config", signal }, Config);
  return {
    blockedTypes: new Set(config.blocked_component_types ?? []),
    allowsOtherCode: config.allow_custom_components ?? true,
    replacesOtherCode: config.substitute_outdated_component_code ?? false,
  };
}
