import { formatWithOptions } from "node:util";

const methods = ["debug", "info", "log", "warn", "error"] as const;
/** Longest word of a library that is kept (characters). */
const MOST_KEPT = 4_000;

/** What of the process's console is taken. */
type Console = Record<(typeof methods)[number], (...words: readonly unknown[]) => void>;

/**
 * Leads what libraries write to the console into the log, where secrets are taken out: on the terminal it would stand
 * as it is, and with JSON-RPC on standard output it would break the talk. Gives the console back when disposed of; one
 * that another server of this process has taken is left to it.
 */
export function takeConsole(
  logger: { warn(facts: object, message: string): void },
  console: Console = globalThis.console,
): Disposable {
  if (methods.some((name) => Object.hasOwn(console[name], taken))) return { [Symbol.dispose]: () => {} };
  const before = methods.map((name) => [name, console[name]] as const);
  for (const name of methods)
    console[name] = Object.assign(
      (...words: readonly unknown[]) => {
        const text = formatWithOptions({ depth: 3, maxStringLength: MOST_KEPT }, ...words);
        logger.warn({ console: name }, text.slice(0, MOST_KEPT));
      },
      { [taken]: true },
    );
  return {
    [Symbol.dispose]() {
      for (const [name, own] of before) console[name] = own;
    },
  };
}

const taken = Symbol("taken by a server");
