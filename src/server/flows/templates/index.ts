import { costTracking } from "./costTracking.ts";
import { documentation } from "./documentation.ts";
import { performanceMonitoring } from "./performanceMonitoring.ts";
import { pullRequestReview } from "./pullRequestReview.ts";
import { refactoringReview } from "./refactoringReview.ts";
import { releaseNotes } from "./releaseNotes.ts";
import { systemHealth } from "./systemHealth.ts";
import type { Template } from "./template.ts";
import { testGap } from "./testGap.ts";
import { workspaceAnalysis } from "./workspaceAnalysis.ts";

export const templates: readonly Template[] = [
  workspaceAnalysis,
  refactoringReview,
  testGap,
  documentation,
  pullRequestReview,
  releaseNotes,
  costTracking,
  performanceMonitoring,
  systemHealth,
];
