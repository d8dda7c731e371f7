/**
 * Parameter of the endpoint's URL as Langflow has it, with the hash of the roots. The registration shows by it whose it is, and
 * a call says that it comes from Langflow: there, Langflow names only its HTTP library.
 */
export const registrationParameter = "workspace";

/**
 * Argument of every tool as Langflow is listed it. Langflow sends nothing else that differs from run to run: its MCP
 * sessions are shared by all runs, and only newer versions have headers that a run can set. We set it for each run.
 */
export const flowRunArgument = "flowRun";

/** The client's name in ledger and panel. */
export const langflowClient = "Langflow";

/** @param url of a request to the endpoint; the host may be missing */
export function isFromLangflow(url: string): boolean {
  return new URL(url, "http://localhost").searchParams.has(registrationParameter);
}
