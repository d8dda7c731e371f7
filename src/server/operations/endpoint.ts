import { defineOperation } from "./defineOperation.ts";

export const endpointOperations = [
  defineOperation("endpoint.rotateToken", {
    needs: ["endpoint"],
    async run(_, __, { endpoint }) {
      await endpoint.rotateToken();
      return {};
    },
  }),
];
