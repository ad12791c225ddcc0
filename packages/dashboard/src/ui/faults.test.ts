import { HarnessError } from "@harness/protocol";
import { expect, it } from "vitest";
import { faultAt, hasFaultOutside } from "./faults.ts";

it("what is wrong stands at its field, and apart where it has none", () => {
  const error = new HarnessError("invalid_params", "hosts.0: expected a host (and 1 more).", {
    field: "hosts.0",
    issues: [
      { field: "hosts.0", message: "expected a host" },
      { field: "name", message: "too long" },
    ],
  });
  expect(faultAt(error, "hosts")).toBe("expected a host");
  expect(faultAt(error, "host")).toBeUndefined();
  expect(hasFaultOutside(error, ["hosts"])).toBe(true);
  expect(hasFaultOutside(error, ["hosts", "name"])).toBe(false);
  const refused = new HarnessError("invalid_ref", "There is no branch x.", { field: "base_branch" });
  expect(faultAt(refused, "base_branch")).toBe("There is no branch x.");
  expect(hasFaultOutside(new TypeError("fetch failed"), ["name"])).toBe(true);
  expect(hasFaultOutside(null, [])).toBe(false);
});
