import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { HarnessError } from "@harness/protocol";
import { parse, TomlError } from "smol-toml";
import { Locator } from "./locate.ts";

/** Largest configuration file that is read. */
export const maxConfigBytes = 1_048_576;

/** A parsed file: its tables without prototypes, and where each key stands. */
export interface TomlDocument {
  readonly label: string;
  readonly tree: Readonly<Record<string, unknown>>;
  readonly locator: Locator;
}

/** A file as bytes, and whether other users may read it. */
export interface ConfigFile {
  readonly bytes: Buffer;
  readonly readableByOthers: boolean;
}

/** Reads a configuration file; undefined when there is none. Only regular files up to 1 MiB are read. */
export function readConfigFile(file: string): ConfigFile | undefined {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO in place of the file would hang the start.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (hasCode(cause, "ENOENT") || hasCode(cause, "ENOTDIR")) return undefined;
    throw new HarnessError("config_invalid", `Cannot read ${file}: ${reason(cause)}.`, {}, { cause });
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new HarnessError("config_invalid", `${file} is not a file.`);
    const buffer = Buffer.alloc(maxConfigBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count)
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    return {
      bytes: buffer.subarray(0, length),
      readableByOthers: process.platform !== "win32" && (stat.mode & 0o044) !== 0,
    };
  } finally {
    closeSync(descriptor);
  }
}

/** Parses TOML. A file that is too large, not UTF-8 or not TOML is `config_invalid` with line and column. */
export function parseToml(source: Buffer | string, label: string): TomlDocument {
  const bytes = typeof source === "string" ? Buffer.from(source, "utf8") : source;
  if (bytes.length > maxConfigBytes)
    throw new HarnessError("config_invalid", `${label} is larger than ${maxConfigBytes} bytes.`, {
      expected: `at most ${maxConfigBytes} bytes`,
    });
  const text = decode(bytes, label);
  let tree: Record<string, unknown>;
  try {
    tree = parse(text, { maxDepth: 20 });
  } catch (error) {
    throw syntaxError(error, label);
  }
  const document = { label, tree, locator: new Locator(text) };
  refusePrototypeKeys(document, tree, []);
  return document;
}

function decode(bytes: Buffer, label: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const before = bytes.subarray(0, firstBadByte(bytes)).toString("utf8").split("\n");
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    throw new HarnessError(
      "config_invalid",
      `${label}:${line}:${column}: the file is not valid UTF-8. Save it as UTF-8.`,
      { line, column, expected: "UTF-8 text" },
    );
  }
}

function firstBadByte(bytes: Buffer): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const valid = new TextDecoder("utf-8", { fatal: true });
    try {
      // `stream` lets a character cut by the middle pass; only a byte that can never be right counts.
      valid.decode(bytes.subarray(0, middle), { stream: true });
      low = middle;
    } catch {
      high = middle - 1;
    }
  }
  return low;
}

function syntaxError(error: unknown, label: string): HarnessError {
  if (!(error instanceof TomlError))
    return new HarnessError("config_invalid", `${label} cannot be parsed: ${reason(error)}.`);
  const { line, column } = error;
  // Only the first line: the parser's message goes on with a copy of the source, which may hold a secret.
  const what = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
  return new HarnessError("config_invalid", `${label}:${line}:${column}: ${what}.`, {
    line,
    column,
    expected: "valid TOML 1.0",
  });
}

function refusePrototypeKeys(document: TomlDocument, value: unknown, path: readonly string[]): void {
  if (typeof value !== "object" || value === null || value instanceof Date) return;
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, key];
    if (!Array.isArray(value) && /^(__proto__|constructor|prototype)$/.test(key)) {
      const { line, column } = document.locator.find(here);
      throw new HarnessError(
        "config_invalid",
        `${document.label}:${line}:${column}: ${here.join(".")} is not a setting. Remove it.`,
        { field: here.join("."), line, column, got: key },
      );
    }
    refusePrototypeKeys(document, inner, here);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}
