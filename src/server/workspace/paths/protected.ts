import ignore from "ignore";
import { createMatcher } from "../../platform/ignoreRules.ts";
import { pathKey } from "./names.ts";
import type { Root } from "./roots.ts";
import { isSecretFile } from "./secrets.ts";

/**
 * Files that run code or grant trust by being there: what they contain is started by git, an editor, a package manager, a
 * shell or CI. Patterns as in .gitignore, lower case; they are matched against folded names.
 */
const protectedPatterns: readonly string[] = [
  ".git",
  ".gitattributes",
  ".gitmodules",
  ".gitconfig",
  ".githooks",
  ".hg",
  ".svn",
  ".vscode",
  ".idea",
  ".zed",
  ".devcontainer",
  ".devcontainer.json",
  "*.code-workspace",
  ".mcp.json",
  ".cursor",
  ".claude",
  ".codex",
  ".gemini",
  ".windsurf",
  ".continue",
  ".langflow-connect",
  ".github/workflows",
  ".github/actions",
  ".github/hooks",
  ".github/agents",
  ".gitlab-ci.yml",
  ".circleci",
  "azure-pipelines.yml",
  "jenkinsfile",
  ".husky",
  ".pre-commit-config.yaml",
  "lefthook.y*ml",
  ".npmrc",
  ".yarnrc*",
  ".yarn",
  ".pnpmfile.*",
  "pnpm-workspace.yaml",
  "package.json",
  "npm-shrinkwrap.json",
  "*.lock",
  "*-lock.yaml",
  "*-lock.json",
  "bun.lockb",
  "cargo.toml",
  ".cargo",
  "build.rs",
  "*.csproj",
  "*.fsproj",
  "*.vbproj",
  "*.props",
  "*.targets",
  "*.gradle",
  "*.gradle.kts",
  "gradlew",
  "gradlew.bat",
  "gradle/wrapper",
  ".mvn",
  ".env",
  ".env.*",
  "!.env.example",
  "!.env.sample",
  "!.env.template",
  ".envrc",
  "mise.toml",
  ".mise.toml",
  ".tool-versions",
  ".bashrc",
  ".bash_profile",
  ".profile",
  ".zshrc",
  ".zshenv",
];

const matches = createMatcher(protectedPatterns);

/** True for a path (relative to its root, with "/") that only the user may let a tool write. */
export function isProtected(relative: string): boolean {
  // `GIT~1` is .git on a Windows disk with short names.
  const key = pathKey(relative).replace(/(^|\/)git~\d+(?=\/|$)/g, "$1.git");
  return key !== "" && matches(key).ignored;
}

/** Whether only the user may let a tool write a file. */
export type ProtectedFiles = (file: { readonly root: Root; readonly relative: string }) => boolean;

/**
 * The table and the files with credentials, less what the user allowed with `--allow-protected GLOB` when starting the
 * server.
 */
export function protectedFiles(allowed: readonly string[]): ProtectedFiles {
  const exceptions = ignore().add([...allowed]);
  return ({ relative }) => (isProtected(relative) || isSecretFile(relative)) && !exceptions.ignores(relative);
}
