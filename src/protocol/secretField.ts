const secretField =
  /(?:passw(?:or)?d|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization|cookie)$/i;

/** Whether the text of a field is a secret whatever it looks like; `tokenFile` names a file. */
export function isSecretField(name: string): boolean {
  return secretField.test(name);
}
