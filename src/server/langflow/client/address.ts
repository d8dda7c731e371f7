import { serverAddress } from "../../../protocol/langflowAddress.ts";
import { ToolError } from "../../platform/errors.ts";

/** The base URL of a Langflow server from the address of any of its pages: no query or fragment, no trailing slash. */
export function langflowAddress(input: string): string {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw wrong("The address of Langflow must start with http:// or https://.");
  }
  if (url.username !== "" || url.password !== "") {
    throw wrong("The address of Langflow must not contain a user name or password; give an API key instead.");
  }
  return serverAddress(input) ?? url.origin;
}

function wrong(message: string): ToolError {
  return new ToolError("INVALID_ARGUMENT", message, "Give the address of its page, such as http://127.0.0.1:7860.");
}
