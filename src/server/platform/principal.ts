/** On whose behalf something is done. Stores keep tenants apart and say who did what. */
export interface Principal {
  /** A person or a key. */
  readonly name: string;
  readonly tenant: string;
}

/** An editor, and a server with one token, have one of each. */
export const localUser: Principal = { name: "local", tenant: "local" };
