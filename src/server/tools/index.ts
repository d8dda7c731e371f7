import type { Tool } from "./runner/defineTool.ts";
import type { ToolSource } from "./runner/registry.ts";
import { analyzeCodeQuality } from "./analyzeCodeQuality.ts";
import { analyzeRepository } from "./analyzeRepository.ts";
import { applyEdits } from "./applyEdits.ts";
import { callApi } from "./callApi.ts";
import { webSearch } from "./webSearch.ts";
import { createDirectory } from "./createDirectory.ts";
import { deleteFile } from "./deleteFile.ts";
import { editFile } from "./editFile.ts";
import { forget } from "./forget.ts";
import { findReferences } from "./findReferences.ts";
import { findSymbol } from "./findSymbol.ts";
import { getDiagnostics } from "./getDiagnostics.ts";
import { estimateCost } from "./estimateCost.ts";
import { extractCodeComponents } from "./extractCodeComponents.ts";
import { explainCode } from "./explainCode.ts";
import { generateCode } from "./generateCode.ts";
import { generateTests } from "./generateTests.ts";
import { optimizePerformance } from "./optimizePerformance.ts";
import { generateDocumentation } from "./generateDocumentation.ts";
import { getCostReport } from "./getCostReport.ts";
import { getOptimizations } from "./getOptimizations.ts";
import { getHealth } from "./getHealth.ts";
import { getJob } from "./getJob.ts";
import { gitOperations } from "./gitOperations.ts";
import { ingestRepository } from "./ingestRepository.ts";
import { listDirectory } from "./listDirectory.ts";
import { previewRefactoring } from "./previewRefactoring.ts";
import { readFile } from "./readFile.ts";
import { recall } from "./recall.ts";
import { remember } from "./remember.ts";
import { callTool } from "./callTool.ts";
import { searchTools } from "./searchTools.ts";
import { searchCode } from "./searchCode.ts";
import { setBudget } from "./setBudget.ts";
import { undoEdits } from "./undoEdits.ts";
import { writeBaseline } from "./writeBaseline.ts";
import { writeFile } from "./writeFile.ts";

/** Every tool, in the order that clients see. One line each. */
export const allTools: readonly Tool[] = [
  readFile,
  writeFile,
  editFile,
  deleteFile,
  createDirectory,
  listDirectory,
  searchCode,
  analyzeRepository,
  analyzeCodeQuality,
  extractCodeComponents,
  applyEdits,
  undoEdits,
  findSymbol,
  findReferences,
  getDiagnostics,
  previewRefactoring,
  getJob,
  searchTools,
  callTool,
  getHealth,
  remember,
  recall,
  forget,
  generateDocumentation,
  explainCode,
  generateCode,
  generateTests,
  optimizePerformance,
  gitOperations,
  ingestRepository,
  callApi,
  webSearch,
  writeBaseline,
  getCostReport,
  estimateCost,
  getOptimizations,
  setBudget,
];

/** They are there for as long as the server is. */
export const ownTools: ToolSource = { tools: () => allTools, onChange: () => undefined };
