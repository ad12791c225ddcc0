import { expect, it } from "vitest";
import { takeConsole } from "./library-console.ts";

function world() {
  const shown: unknown[][] = [];
  const logged: unknown[][] = [];
  const show =
    (name: string) =>
    (...words: readonly unknown[]) =>
      void shown.push([name, ...words]);
  const console = {
    debug: show("debug"),
    info: show("info"),
    log: show("log"),
    warn: show("warn"),
    error: show("error"),
  };
  return { shown, logged, console, logger: { warn: (...record: unknown[]) => void logged.push(record) } };
}

it("what a library writes to the console is in the log and not on the terminal, until the server stops [req:secrets.library-console]", () => {
  const { shown, logged, console, logger } = world();
  const held = takeConsole(logger, console);
  console.warn("Failed to parse line %d:", 3, new Error("no JSON"));
  console.log("x".repeat(10_000));
  held[Symbol.dispose]();
  console.log("again");
  expect(logged[0]).toEqual([
    { console: "warn" },
    expect.stringMatching(/^Failed to parse line 3: Error: no JSON/),
  ]);
  expect(logged[1]).toEqual([{ console: "log" }, "x".repeat(4_000)]);
  expect(shown).toEqual([["log", "again"]]);
});

it("a console that another server has taken is left to it [req:secrets.library-console]", () => {
  const { shown, logged, console, logger } = world();
  const first = takeConsole(logger, console);
  const second = takeConsole({ warn: () => expect.unreachable() }, console);
  second[Symbol.dispose]();
  console.error("mine");
  first[Symbol.dispose]();
  expect(logged).toEqual([[{ console: "error" }, "mine"]]);
  expect(shown).toEqual([]);
});
