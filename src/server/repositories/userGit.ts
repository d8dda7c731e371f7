import { ToolError } from "../platform/errors.ts";
import { git } from "../platform/git.ts";

// What depends on the git of this machine and the settings of its user.

/** The first git with `http.curloptResolve`. */
const pinsFrom = { major: 2, minor: 37 };

/**
 * Arguments by which git connects to the addresses that were checked, and to no other. A git that ignores them would look the
 * name up again, and could get another answer.
 */
export async function pinnedTo(host: string, addresses: readonly string[], signal: AbortSignal): Promise<string[]> {
  const { stdout } = await git(["version"], { cwd: "/", signal });
  const [, version = "", major, minor] = /((\d+)\.(\d+)(?:\.\d+)*)/.exec(stdout) ?? [];
  const isOld = Number(major) < pinsFrom.major || (Number(major) === pinsFrom.major && Number(minor) < pinsFrom.minor);
  if (isOld) {
    throw new ToolError(
      "NOT_READY",
      `git ${version} would look the address up again after it was checked.`,
      `Install git ${String(pinsFrom.major)}.${String(pinsFrom.minor)} or newer, or clone the repository in a terminal and open its folder.`,
    );
  }
  return ["-c", `http.curloptResolve=${host}:${addresses.join(",")}`];
}

/**
 * Arguments by which ssh asks nobody: there is no one to type a password or to trust a host. A command of the user's own
 * settings stays, since it can name the key or the way to the host; the repository has no settings yet.
 */
export async function quietSsh(signal: AbortSignal): Promise<string[]> {
  const { stdout } = await git(["config", "--get", "core.sshCommand"], { cwd: "/", signal });
  const own = stdout.trim();
  const program = own.replace(/^(["']?)(.*?)\1( .*)?$/, "$2");
  const isOpenSsh = /(^|[\\/])ssh(\.exe)?$/i.test(program);
  if (own !== "" && !isOpenSsh) return [];
  return ["-c", `core.sshCommand=${own === "" ? "ssh" : own} -oBatchMode=yes`];
}
