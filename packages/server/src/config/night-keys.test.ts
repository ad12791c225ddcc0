import { isHarnessError } from "@harness/protocol";
import { expect, it } from "vitest";
import { nightKeys } from "./night-keys.ts";
import { parseProjectConfig } from "./project-file.ts";

it("a night begins at a time of day, in a time zone that exists [req:budget.night]", () => {
  const takes = (key: "night.starts_at" | "night.timezone", value: string) =>
    nightKeys[key].type.schema.safeParse(value).success;
  expect(["00:00", "09:30", "23:59"].filter((time) => !takes("night.starts_at", time))).toEqual([]);
  expect(["24:00", "9:30", "12:60", "noon", ""].filter((time) => takes("night.starts_at", time))).toEqual([]);
  expect(["UTC", "Europe/Berlin"].filter((zone) => !takes("night.timezone", zone))).toEqual([]);
  expect(["Mars/Olympus", "", "../../etc"].filter((zone) => takes("night.timezone", zone))).toEqual([]);
});

it.each([
  ["[night]\nmax_budget_usd = 1000", "night"],
  ["[night_limits]\nmax_budget_usd = 1000", "night_limits"],
  ["night_limits = { max_tokens = 1 }", "night_limits"],
])("a repository's own file cannot say %j [req:budget.operator]", (text, field) => {
  try {
    parseProjectConfig(text, ".harness/config.toml");
    expect.unreachable();
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    expect(error.code).toBe("config_invalid");
    expect(error.details.field).toBe(field);
    expect(error.message).toContain("only the operator's configuration");
  }
});
