import type { LangflowLink } from "../../src/server/langflow/link.ts";
import type { OperationCall } from "../../src/server/operations/defineOperation.ts";
import { createOperations } from "../../src/server/operations/index.ts";
import { localUser } from "../../src/server/platform/call.ts";
import type { LinkStatus } from "../../src/protocol/status.ts";

type Services = Parameters<typeof createOperations>[0];

/** Runs one operation as the command line does, over the services that it uses; another one fails the test. */
export async function runOperation(
  name: string,
  params: unknown,
  services: Partial<Services>,
  given: Partial<OperationCall> = {},
): Promise<unknown> {
  const operate = createOperations(guarded(services));
  const call = {
    caller: { face: "cli", client: "test", principal: localUser },
    signal: new AbortController().signal,
    progress: () => undefined,
    ...given,
  } as const;
  return operate(name, params, call);
}

/** A link in one state, for operations that only read it. */
export function linkWith(status: LinkStatus): LangflowLink {
  return guarded<LangflowLink>({ status: () => status });
}

function guarded<T extends object>(parts: Partial<T>): T {
  return new Proxy(parts, {
    get(target, key) {
      if (Reflect.has(target, key)) return Reflect.get(target, key) as unknown;
      throw new Error(`The test gave no ${String(key)}.`);
    },
  }) as T;
}
