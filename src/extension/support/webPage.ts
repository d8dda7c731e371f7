import { randomBytes } from "node:crypto";
import { Uri } from "vscode";
import type { Webview } from "vscode";

interface WebPage {
  readonly webview: Webview;
  readonly extensionUri: Uri;
  /** Script and style sheet in `media`. */
  readonly bundle: "panel" | "flowGraph" | "playground";
  /** Class of the body: pages of one bundle differ by it. */
  readonly name: "panel" | "overview" | "graph" | "playground";
}

export function mediaOf(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, "media");
}

/** A page with the script of one bundle, and nothing else that may run or be loaded. */
export function pageOf({ webview, extensionUri, bundle, name }: WebPage): string {
  const nonce = randomBytes(16).toString("base64url");
  const at = (file: string) => webview.asWebviewUri(Uri.joinPath(mediaOf(extensionUri), file)).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Langflow Connect</title>
<link rel="stylesheet" href="${at(`${bundle}.css`)}">
</head>
<body class="${name}">
<div id="root"></div>
<script nonce="${nonce}" src="${at(`${bundle}.js`)}"></script>
</body>
</html>`;
}
