/**
 * Values that are secrets by their own shape, whoever wrote them. The prefixes are the ones their issuers publish;
 * each pattern is linear, since it runs over every answer.
 */
const secretShapes: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,64}/g,
  /\bsk-[A-Za-z0-9_-]{20,255}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,255}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\blfc_[A-Za-z0-9_-]{43}/g,
  /\beyJ[A-Za-z0-9_-]{10,2048}\.eyJ[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{10,1024}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{1,16384}?-----END [A-Z ]{0,40}PRIVATE KEY-----/g,
];

/** The text with every recognisable secret value replaced by ***. Applying it twice changes nothing more. */
export function redactSecrets(text: string): string {
  return secretShapes.reduce((clean, shape) => clean.replace(shape, "***"), text);
}
