import { defineOperation } from "./defineOperation.ts";

export const environmentOperations = [
  defineOperation("environments.list", {
    needs: ["environmentList"],
    run: (_, __, { environmentList }) => environmentList.read(),
  }),
];
