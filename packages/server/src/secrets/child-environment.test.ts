import { describe, expect, it } from "vitest";
import { childEnvironment } from "./child-environment.ts";

const base = {
  PATH: "/bin",
  HOME: "/home/me",
  LC_ALL: "C",
  LC_TIME: "C",
  AWS_SECRET_ACCESS_KEY: "canary",
  CLAUDECODE: "1",
  CLAUDE_CODE_ENTRYPOINT: "cli",
  HARNESS_API_TOKEN: "canary",
  HARNESS_DATABASE_URL: "canary",
  HARNESS_OTHER: "canary",
  UNSET: undefined,
  "BASH_FUNC_x%%": "() { evil; }",
};

describe("childEnvironment", () => {
  it("passes what is allowed and sets what is set [req:secrets.child-environment]", () => {
    expect(
      childEnvironment({ base, allow: ["PATH", "LC_*", "UNSET", "NONE"], set: { PATH: "/x", A: "b" } }),
    ).toEqual({
      PATH: "/x",
      LC_ALL: "C",
      LC_TIME: "C",
      A: "b",
    });
    expect(childEnvironment({ base, allow: [], set: {} })).toEqual({});
  });

  it("never passes agent markers or our credentials, even when allowed [req:secrets.child-environment]", () => {
    const environment = childEnvironment({
      base,
      allow: ["*", "CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "HARNESS_API_TOKEN", "HARNESS_*"],
      set: { CLAUDECODE: "1", HARNESS_TOKEN: "canary", HARNESS_COOKIE: "c", "A=B": "x", NUL: "a\0b" },
    });
    expect(Object.keys(environment).sort()).toEqual(
      [
        "AWS_SECRET_ACCESS_KEY",
        "BASH_FUNC_x%%",
        "HARNESS_COOKIE",
        "HOME",
        "LC_ALL",
        "LC_TIME",
        "PATH",
      ].sort(),
    );
  });
});
