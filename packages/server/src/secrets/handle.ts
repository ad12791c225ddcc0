import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { HarnessError } from "@harness/protocol";
import { minSecretLength } from "./forms.ts";

/** Where a secret comes from, as the settings say it. */
export type SecretSource =
  | { readonly from: "text"; readonly text: string }
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly argv: readonly string[] };

/** Most bytes of a secret: no key or certificate is longer. */
const MOST_BYTES = 64 * 1024;
/** How long a program may take to give a secret: a person may have to unlock a store. */
const COMMAND_LIMIT_MS = 30_000;

/** How a program that gives a secret ended. */
export interface CommandEnd {
  /** Null when it did not end by itself. */
  readonly exitCode: number | null;
  /** In a word: `exited`, `timeout_total`, `spawn_failed`. */
  readonly reason: string;
  readonly stdout: string;
  /** Bytes of its output that were left out. */
  readonly cutBytes: number;
}

/** What secrets are read with. */
export interface SecretsDeps {
  /** The server's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Told of every secret that is read, before anybody gets it. */
  readonly redactor: { register(label: string, value: string): boolean };
  /** Runs a program without a shell. */
  readonly run: (
    argv: readonly string[],
    limits: { readonly timeoutMs: number; readonly mostBytes: number },
  ) => Promise<CommandEnd>;
}

/** What a secret must look like to be of use. */
export interface SecretForm {
  readonly test: (value: string) => boolean;
  /** In words, for the refusal. */
  readonly expected: string;
}

/** One line of visible ASCII: what fits into a header. */
export const headerValue: SecretForm = {
  test: (value) => /^[\x21-\x7e]+$/.test(value),
  expected: "one line of visible ASCII characters",
};

/**
 * Follows the handles of secrets (FIELD.md B7). A secret is read each time it is used and kept nowhere but with the
 * redactor, which hides it. What cannot be read is `secret_unavailable`: which setting, which handle, why, and what to
 * do; never a value.
 */
export class Secrets {
  readonly #deps: SecretsDeps;

  constructor(deps: SecretsDeps) {
    this.#deps = deps;
  }

  /** The secret of a setting. `label` is the setting's name, and what stands in its place where it is hidden. */
  async read(label: string, source: SecretSource, form?: SecretForm): Promise<string> {
    if (source.from === "text") return this.#known(label, source.text);
    const value = (await this.#follow(label, source)).replace(/(?:\r?\n)+$/, "");
    if (value.length < minSecretLength)
      throw unavailable(
        label,
        source,
        value === "" ? "leads to nothing" : `leads to fewer than ${minSecretLength} characters`,
        `Put a secret there: a shorter one could not be kept out of logs.`,
      );
    if (value.includes("\0"))
      throw unavailable(label, source, "leads to bytes that are no text", "Put a text there.");
    // Known before it is judged: nothing that goes wrong with it may show it.
    this.#known(label, value);
    if (form !== undefined && !form.test(value))
      throw unavailable(label, source, `does not lead to ${form.expected}`, "Correct what is there.");
    return value;
  }

  /**
   * Makes what a handle leads to known to the redactor, so that it is hidden before it is first used. A program is not
   * started for that, and what cannot be read is left to whoever needs it.
   */
  async know(label: string, source: SecretSource): Promise<void> {
    if (source.from !== "command") await this.read(label, source).catch(() => undefined);
  }

  /** Several secrets by name, such as the variables of an agent. */
  async readAll(
    label: string,
    sources: Readonly<Record<string, SecretSource>>,
  ): Promise<Record<string, string>> {
    const values: Record<string, string> = {};
    for (const [name, source] of Object.entries(sources))
      values[name] =
        // What is written in the settings itself is hidden only where its name says that it is a secret: "1" and
        // "production" are ordinary words.
        source.from === "text" && !isSecretName(name)
          ? source.text
          : await this.read(`${label}.${name}`, source);
    return values;
  }

  #known(label: string, value: string): string {
    this.#deps.redactor.register(label, value);
    return value;
  }

  async #follow(label: string, source: Exclude<SecretSource, { from: "text" }>): Promise<string> {
    if (source.from === "env") {
      const value = this.#deps.env[source.name];
      if (value !== undefined) return value;
      throw unavailable(label, source, "is not set", `Set ${source.name} where the server is started.`);
    }
    if (source.from === "file") return readSecretFile(label, source, this.#deps.home);
    const end = await this.#deps.run(source.argv, { timeoutMs: COMMAND_LIMIT_MS, mostBytes: MOST_BYTES });
    if (end.reason === "timeout_total")
      throw unavailable(
        label,
        source,
        `took longer than ${COMMAND_LIMIT_MS / 1000} s`,
        "Run it by hand: perhaps it waits for somebody.",
      );
    if (end.exitCode !== 0)
      throw unavailable(
        label,
        source,
        end.reason === "spawn_failed" ? "could not be started" : `ended with ${end.exitCode ?? end.reason}`,
        "Run it by hand to see why.",
      );
    if (end.cutBytes > 0) throw tooLong(label, source);
    return end.stdout;
  }
}

/** Whether the name of a variable says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|DSN/i.test(name);
}

async function readSecretFile(
  label: string,
  source: Extract<SecretSource, { from: "file" }>,
  home: string,
): Promise<string> {
  const file = source.path.replace(/^~(?=\/)/, () => home);
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    const why = code === "ENOENT" ? "is not there" : `cannot be read (${code})`;
    throw unavailable(label, source, why, "Make it, readable by this user only.");
  });
  try {
    const stat = await handle.stat();
    const user = process.getuid?.();
    if (!stat.isFile()) throw unavailable(label, source, "is not a file", "Name a file.");
    if (process.platform !== "win32" && (stat.mode & 0o077) !== 0)
      throw unavailable(label, source, "can be read by others", `Run: chmod 600 ${file}`);
    if (user !== undefined && user !== 0 && stat.uid !== user && stat.uid !== 0)
      throw unavailable(label, source, "belongs to another user", "Name a file of your own.");
    if (stat.size > MOST_BYTES) throw tooLong(label, source);
    const buffer = Buffer.alloc(MOST_BYTES + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > MOST_BYTES) throw tooLong(label, source);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function tooLong(label: string, source: SecretSource): HarnessError {
  return unavailable(label, source, `leads to more than ${MOST_BYTES} bytes`, "Name the secret alone.");
}

function unavailable(label: string, source: SecretSource, why: string, advice: string): HarnessError {
  return new HarnessError("secret_unavailable", `${label}: ${shown(source)} ${why}. ${advice}`, {
    field: label,
    hint: advice,
  });
}

/** A handle as a message may show it: of a command its program only. */
function shown(source: SecretSource): string {
  switch (source.from) {
    case "text":
      return "the value";
    case "env":
      return `the variable ${source.name}`;
    case "file":
      return `the file ${source.path}`;
    case "command":
      return `the program ${source.argv[0]}`;
  }
}
