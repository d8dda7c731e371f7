import { operations } from "../../protocol/operations.ts";
import type { CheckedParamsOf, OperationName, ResultOf } from "../../protocol/operations.ts";
import type { Ledger } from "../economy/types.ts";
import type { LangflowLink } from "../langflow/types.ts";
import type { Caller } from "../platform/call.ts";

/** What operations work on. */
export interface OperationServices {
  readonly link: LangflowLink;
  readonly ledger: Ledger;
  /** Old clients are refused from the next request on. */
  rotateToken(): Promise<void>;
}

export interface OperationCall {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** `langflow-connect langflow NAME [ARGUMENT]`; the other params are flags. */
export interface CommandLine<Result> {
  readonly name: string;
  /** The param that stands without a flag. */
  readonly argument?: string;
  show(result: Result): string;
}

interface Definition<Name extends OperationName> {
  readonly command?: CommandLine<ResultOf<Name>>;
  run(
    params: CheckedParamsOf<Name>,
    call: OperationCall,
    services: OperationServices,
  ): Promise<ResultOf<Name>> | ResultOf<Name>;
}

/** An operation as the faces see it: its own types are behind `run` and `show`. */
export interface Operation {
  readonly name: OperationName;
  readonly command?: CommandLine<unknown>;
  /** Fails with a ZodError when the params do not fit, and otherwise with ToolErrors. */
  run(params: unknown, call: OperationCall, services: OperationServices): Promise<unknown>;
}

export function defineOperation<Name extends OperationName>(name: Name, definition: Definition<Name>): Operation {
  const { params, result } = operations[name];
  const { command } = definition;
  return {
    name,
    ...(command && { command: { ...command, show: (answer: unknown) => command.show(result.parse(answer)) } }),
    run: async (given, call, services) => definition.run(params.parse(given), call, services),
  };
}
