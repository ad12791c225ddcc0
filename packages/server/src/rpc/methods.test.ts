import { operations, rpcMethods } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { capabilities, methodTable } from "./methods.ts";

describe("the names of methods", () => {
  it("are those of every operation and of the connection, in both spellings [req:rpc.names]", () => {
    const table = methodTable();
    for (const name of [...Object.keys(operations), ...Object.keys(rpcMethods)]) {
      expect(table.get(name)?.name).toBe(name);
      expect(table.get(name.replaceAll("/", "_"))?.name).toBe(name);
    }
    for (const name of ["task", "task/", "/task/list", "TASK/LIST", "task.list", "rpc.discover", "toString"])
      expect(table.get(name)).toBeUndefined();
  });

  it("tell in the greeting which groups there are [req:rpc.handshake]", () => {
    expect(capabilities()).toMatchObject({ notifications: true, task: true, gc: false, skills: false });
  });
});
