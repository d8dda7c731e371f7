import { createMatcher } from "../../platform/ignoreRules.ts";
import { pathKey } from "./names.ts";

/** Files that contain credentials by their name. Patterns as in .gitignore, lower case. */
const secretPatterns: readonly string[] = [
  ".env",
  ".env.*",
  "*.env",
  "!.env.example",
  "!.env.sample",
  "!.env.template",
  "!.env.dist",
  "!.env.defaults",
  ".envrc",
  "id_rsa",
  "id_dsa",
  "id_ecdsa",
  "id_ecdsa_sk",
  "id_ed25519",
  "id_ed25519_sk",
  ".ssh/*",
  "!.ssh/*.pub",
  ".gnupg/**",
  "*.pem",
  "*.key",
  "*.p12",
  "*.pfx",
  "*.p8",
  "*.jks",
  "*.keystore",
  "*.kdbx",
  "*.ppk",
  ".aws/credentials",
  ".config/gcloud/**",
  ".kube/config",
  ".docker/config.json",
  ".dockercfg",
  ".pypirc",
  ".netrc",
  "_netrc",
  ".git-credentials",
  ".pgpass",
  ".my.cnf",
  ".htpasswd",
  ".vault-token",
  "secret.yaml",
  "secrets.yaml",
  "secret.yml",
  "secrets.yml",
  "secret.json",
  "secrets.json",
  "secrets.toml",
  "credentials.json",
  "service-account*.json",
  "*.tfstate",
  "*.tfvars",
];

const matches = createMatcher(secretPatterns);

/** True for a path (relative to its root, with "/") whose content no tool may show. */
export function isSecretFile(relative: string): boolean {
  const key = pathKey(relative);
  return key !== "" && matches(key).ignored;
}
