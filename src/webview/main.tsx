import "@vscode-elements/elements/dist/vscode-button/index.js";
import { createRoot } from "react-dom/client";
import "./page.css";
import "./panel.css";
import { App } from "./app.tsx";
import { Overview } from "./overview.tsx";

const root = document.getElementById("root");
// The panel and the overview in the side bar are one bundle.
if (root) createRoot(root).render(document.body.classList.contains("overview") ? <Overview /> : <App />);
