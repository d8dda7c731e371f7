import { z } from "zod";
import { settingsSchema } from "./settings.ts";

/**
 * What the extension hands to the server it has started, over their private channel. VS Code passes on a setting of a
 * wrong type as it was written: its default stands for it then, and the server starts.
 */
export const InitializationOptions = z.object({
  /** The token that SecretStorage kept; the token file wins when it contains another one. */
  token: z.string().startsWith("lfc_").optional().catch(undefined),
  /** Name of the window's workspace, for the registration in Langflow. */
  workspaceName: z.string().max(200).optional().catch(undefined),
  /** What the window's search leaves out: the files of the workspace are those that it finds. */
  exclusions: z.object({ exclude: z.array(z.string()), useIgnoreFiles: z.boolean().catch(true) }).optional(),
  /** VS Code's own settings of the network, as the user gave them: `http.proxySupport`, `http.proxy` and so on. */
  network: z
    .object({
      useProxy: z.boolean().catch(true),
      proxy: z.string().catch(""),
      noProxy: z.array(z.string()).catch([]),
      systemCertificates: z.boolean().catch(true),
    })
    .optional(),
  /** What SecretStorage has for the channels of alerts. */
  alertSecrets: z
    .object({
      webhook: z.string().max(4_096).optional(),
      mailPassword: z.string().max(4_096).optional(),
    })
    .optional()
    .catch(undefined),
  /** What SecretStorage has for the embeddings endpoint. */
  embeddingsKey: z.string().max(4_096).optional().catch(undefined),
  /** The same for the API of the AI model. */
  modelKey: z.string().max(4_096).optional().catch(undefined),
  settings: settingsSchema,
});
export type InitializationOptions = z.output<typeof InitializationOptions>;
