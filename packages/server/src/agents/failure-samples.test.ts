import { describe, expect, it } from "vitest";
import { endpointFailure } from "./api/provider-failure.ts";
import { classifyFailure, lastWords } from "./failure.ts";
import { anthropicFailures, openaiFailures } from "./testing/endpoint-failures.ts";
import { sampledAt } from "./testing/failure-sample.ts";
import { claudeFailures, codexFailures } from "./testing/program-failures.ts";

const failureSamples = [...claudeFailures, ...codexFailures, ...anthropicFailures, ...openaiFailures];

describe("the vendors' own words", () => {
  it.each(failureSamples.map((sample) => [sample.adapter, sample.words, sample.kind, sample] as const))(
    "%s: %s is %s [req:wait.classified]",
    (adapter, words, kind, { status, headers = {}, error, reset_at }) => {
      const body = error === undefined ? "" : JSON.stringify({ error: { message: words, ...error } });
      const found =
        adapter === "claude" || adapter === "codex"
          ? classifyFailure(words, sampledAt, status)
          : endpointFailure({ words, status, body, headers }, sampledAt);
      expect({ kind: found.kind, reset_at: found.reset_at ?? null, message: found.message }).toEqual({
        kind,
        reset_at,
        message: words,
      });
      expect(found.retry).toBe(kind === "quota" || kind === "transient");
    },
  );

  it("are made up for where there are none: a page of a proxy, or newer HTTP [req:wait.classified]", () => {
    const page = { words: "", status: 502, body: "<h1>Bad gateway</h1>\n", headers: {} };
    expect(endpointFailure(page, sampledAt)).toMatchObject({
      kind: "transient",
      message: "The endpoint answered 502: <h1>Bad gateway</h1>",
    });
  });

  it("are many, for each adapter", () => {
    const count = Map.groupBy(failureSamples, ({ adapter }) => adapter);
    expect(failureSamples.length).toBeGreaterThanOrEqual(60);
    expect([...count.values()].every((list) => list.length >= 12)).toBe(true);
  });

  it("are read from the end of what a program wrote, not from the work above [req:wait.own-words]", () => {
    const work = `The quota module: "You've hit your usage limit"\n${"a line of the log\n".repeat(5)}segmentation fault`;
    expect(classifyFailure(lastWords(work), sampledAt).kind).toBe("unknown");
    expect(classifyFailure(lastWords(`${work}\nNot logged in`), sampledAt).kind).toBe("auth");
  });
});
