import { defineOperation } from "./defineOperation.ts";

export const endpointOperations = [
  defineOperation("endpoint.rotateToken", {
    async run(_, __, { rotateToken }) {
      await rotateToken();
      return {};
    },
  }),
];
