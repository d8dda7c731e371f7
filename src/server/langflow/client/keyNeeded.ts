import type { ErrorCode } from "../../platform/errors.ts";

/** Only with a key, or with another one, does Langflow do what was asked. The editor asks its user for one. */
export const keyNeeded: { readonly code: ErrorCode; readonly remedy: string } = {
  code: "KEY_NEEDED",
  remedy:
    "Create an API key in Langflow under Settings > Langflow API Keys and connect with it; on the command line by --key-file.",
};
