import { describe, expect, it } from "vitest";
import { splitEnv } from "./loader-env.ts";
import { isInside, moved } from "./paths.ts";

describe("the rules of what is shown", () => {
  it("compares whole names of paths", () => {
    expect(isInside("/w/1", "/w/1")).toBe(true);
    expect(isInside("/w/1", "/w/1/a")).toBe(true);
    expect(isInside("/w/1", "/w/1-evil")).toBe(false);
    expect(isInside("/", "/anything")).toBe(true);
    expect(moved("/a/b/c", "/a", "/x")).toBe("/x/b/c");
    expect(moved("/a", "/a", "/x")).toBe("/x");
  });

  it("keeps variables that run code away from the wrapper, and secrets out of its arguments", () => {
    const env = { LD_PRELOAD: "/evil.so", BASH_ENV: "/evil", API_KEY: "secret", NODE_AUTH_TOKEN: "secret" };
    expect(splitEnv(env)).toEqual({
      inner: { LD_PRELOAD: "/evil.so", BASH_ENV: "/evil" },
      outer: { API_KEY: "secret", NODE_AUTH_TOKEN: "secret" },
    });
  });
});
