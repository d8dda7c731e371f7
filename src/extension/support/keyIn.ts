/** The key in an environment variable. The variables of the window are those of the shell that started it. */
export function keyIn(variable: string): string | undefined {
  const key = process.env[variable];
  return key === "" ? undefined : key;
}
