import { expect, it } from "vitest";
import { testApp } from "../support/test-app.ts";

it("the doctor tells what is unsafe or for later, each in its own words [req:config.doctor-warnings]", async () => {
  await using w = await testApp({
    config:
      '[intake.github]\nrepo = "a/b"\n[[notify.channels]]\nname = "me"\ntype = "webhook"\nurl = "http://127.0.0.1:9/x"',
    start: false,
  });
  const { checks } = await w.call("server/doctor", {});
  const detail = checks.find(({ name }) => name === "configuration")?.detail ?? "";
  expect(detail).toContain("; intake.github has no effect yet");
  expect(detail).toContain("notify.channels is a secret in a file others can read. Run: chmod 600 ");
  expect(detail).not.toContain("notify.channels has no effect");
});
