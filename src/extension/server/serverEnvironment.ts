/** What the server needs of the window's environment; the rest, such as NODE_OPTIONS, could make it run foreign code. */
const passedOn =
  /^(PATH|HOME|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|LFC_[A-Z_]+)$/i;

/** Of glibc, which otherwise keeps freed memory for each thread apart: 75 MB more, and no quicker. Others do not read it. */
const allocator = { MALLOC_ARENA_MAX: "1" };

export function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)));
  // The window's own program is Electron on the desktop: this makes it a plain Node.
  return { ...own, ELECTRON_RUN_AS_NODE: "1", ...allocator };
}
