import { createLogger } from "../platform/logger.ts";
import { readProxies, readSettings } from "./settings.ts";

/** Started by the extension, never by hand: it speaks over the IPC channel that it was forked with. */
export async function lsp(): Promise<number> {
  // Loaded here, so that the headless server does not carry the language server's code.
  const [{ serveEditor }, { openEditorApp }] = await Promise.all([
    import("../faces/lsp/server.ts"),
    import("../app/editorApp.ts"),
  ]);
  const log = createLogger((line) => process.stderr.write(`${line}\n`), "info");
  await serveEditor({
    log,
    open: (options) => openEditorApp(options, { headless: readSettings(), proxies: readProxies(), log }),
  });
  return 0;
}
