import "@vscode-elements/elements/dist/vscode-button/index.js";
import { createRoot } from "react-dom/client";
import "./panel.css";
import { App } from "./app.tsx";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
