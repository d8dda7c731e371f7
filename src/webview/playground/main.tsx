import { createRoot } from "react-dom/client";
import "../page.css";
import "../fullPage.css";
import "./playground.css";
import { PlaygroundPage } from "./playgroundPage.tsx";

const root = document.getElementById("root");
if (root) createRoot(root).render(<PlaygroundPage />);
