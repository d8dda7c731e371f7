import { git } from "../../platform/git.ts";
import type { GitOptions } from "../../platform/git.ts";

/** What a repository's own settings would have git start. */
export interface OwnPrograms {
  /** `-c` arguments that switch all of it off. */
  readonly off: readonly string[];
  /** Names of the settings that change what a file's content is on its way in or out: filters and merge drivers. */
  readonly ofContent: readonly string[];
  /** Where the hooks are, when a setting says so. */
  readonly hooks?: string;
}

/**
 * Settings that name a program, by their lower-case name without what is between its first and last dot. What they get
 * instead is git's own default, or nothing.
 */
const programs: Readonly<Record<string, string>> = {
  "core.askpass": "",
  "core.gitproxy": "",
  "core.pager": "cat",
  "core.editor": ":",
  "core.sshcommand": "ssh",
  "core.alternaterefscommand": "",
  "sequence.editor": ":",
  "interactive.difffilter": "",
  "diff.external": "",
  "gpg.program": "gpg",
  "commit.gpgsign": "false",
  "tag.gpgsign": "false",
  "uploadpack.packobjectshook": "",
  // With a name in between, as filter.NAME.clean.
  "filter.*.clean": "",
  "filter.*.smudge": "",
  "filter.*.process": "",
  "filter.*.required": "false",
  "merge.*.driver": "false",
  "diff.*.command": "",
  "diff.*.textconv": "",
  "gpg.*.program": "",
  "gpg.*.defaultkeycommand": "",
  "credential.helper": "",
  "credential.*.helper": "",
  "remote.*.uploadpack": "git-upload-pack",
  "remote.*.receivepack": "git-receive-pack",
  "remote.*.vcs": "",
  "submodule.*.update": "none",
  "trailer.*.command": "",
  "trailer.*.cmd": "",
};

const ofContent = /^(filter\..*\.(clean|smudge|process)|merge\..*\.driver)$/s;

/**
 * Reads the settings of the repository itself, with the files that they include; those of the user and of the system are
 * trusted. Reading them runs nothing.
 */
export async function ownPrograms(gitDir: string, options: Omit<GitOptions, "cwd">): Promise<OwnPrograms | undefined> {
  const args = [`--git-dir=${gitDir}`, "config", "--list", "-z", "--show-scope", "--includes"];
  const { ok, stdout } = await git(args, { ...options, cwd: gitDir });
  if (!ok) return undefined;
  const names = new Set<string>();
  let hooks: string | undefined;
  const parts = stdout.split("\0");
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [scope, entry = ""] = [parts[at], parts[at + 1]];
    const [name = "", ...value] = entry.split("\n");
    if (scope === "local" || scope === "worktree") names.add(name);
    // Our own is the last one, and says that there are none.
    if (name === "core.hookspath" && scope !== "command") hooks = value.join("\n");
  }
  const found = [...names].flatMap((name) => {
    const instead = programs[kindOf(name)];
    return instead === undefined ? [] : [{ name, instead }];
  });
  return {
    off: found.flatMap(({ name, instead }) => ["-c", `${name}=${instead}`]),
    ofContent: found.map(({ name }) => name).filter((name) => ofContent.test(name)),
    ...(hooks !== undefined && { hooks }),
  };
}

/** `filter.a.b.clean` is of the kind `filter.*.clean`; git gives the first and last part in lower case. */
function kindOf(name: string): string {
  const first = name.indexOf(".");
  const last = name.lastIndexOf(".");
  const [section, key] = [name.slice(0, first), name.slice(last + 1)];
  return first === last ? name : `${section}.*.${key}`;
}
