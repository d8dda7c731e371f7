import { createRoot } from "react-dom/client";
import "@xyflow/react/dist/base.css";
import "../page.css";
import "../fullPage.css";
import "./flowGraph.css";
import { GraphPage } from "./graphPage.tsx";

const root = document.getElementById("root");
if (root) createRoot(root).render(<GraphPage />);
