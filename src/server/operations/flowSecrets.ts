import { defineOperation } from "./defineOperation.ts";

export const flowSecretOperations = [
  defineOperation("flowSecrets.move", {
    needs: ["flowSecrets"],
    run: (params, { signal }, { flowSecrets }) => flowSecrets.move({ ...params, signal }),
  }),
];
