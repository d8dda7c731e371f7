/** What a program needs of the environment to run at all, at home in a folder of its own: no key of the user is in it. */
export function bareEnvironment(folder: string): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, ELECTRON_RUN_AS_NODE } = process.env;
  return {
    PATH,
    ...(SystemRoot !== undefined && { SystemRoot }),
    // Without it, the Node of VS Code would open a window.
    ...(ELECTRON_RUN_AS_NODE !== undefined && { ELECTRON_RUN_AS_NODE }),
    HOME: folder,
    USERPROFILE: folder,
    TMPDIR: folder,
    TEMP: folder,
  };
}
