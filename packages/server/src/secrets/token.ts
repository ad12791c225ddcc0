import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { HarnessError } from "@harness/protocol";

/** A new token: 256 random bits in base64url, 43 characters. */
export function createToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether two tokens are the same, in a time that tells nothing about where they differ. */
export function sameToken(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The token kept in a file, made on first use with mode 0600. Refuses (`config_invalid`) a link, a file others may
 * read or that belongs to another user, and one that holds no token: each would let somebody else know or choose it.
 */
export function readOrCreateToken(file: string): string {
  return readToken(file) ?? createTokenFile(file);
}

/** Puts another token in place of the one in a file, whole or not at all. */
export function replaceToken(file: string, token: string): void {
  renameSync(writeAside(file, token), file);
}

/** A file of its own beside the one it is for, which nobody else can read or have planted. */
function writeAside(file: string, token: string): string {
  const aside = `${file}.${process.pid}.${randomBytes(6).toString("hex")}`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(aside, flags, 0o600);
  try {
    writeSync(descriptor, `${token}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return aside;
}

function createTokenFile(file: string): string {
  const token = createToken();
  const aside = writeAside(file, token);
  try {
    // Linking puts the whole token in place at once and never over another one.
    linkSync(aside, file);
    return token;
  } catch (error) {
    const other = isCode(error, "EEXIST") ? readToken(file) : undefined;
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** The token in a file; undefined when there is no file. Fails as `readOrCreateToken` does. */
export function readToken(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return undefined;
    const what = isCode(cause, "ELOOP") ? "is a link" : "cannot be read";
    throw new HarnessError("config_invalid", `The token file ${file} ${what}. Remove it.`, {}, { cause });
  }
  try {
    const stat = fstatSync(descriptor);
    const user = process.getuid?.();
    if (!stat.isFile())
      throw new HarnessError("config_invalid", `The token file ${file} is not a file. Remove it.`);
    if (process.platform !== "win32" && (stat.mode & 0o077) !== 0)
      throw new HarnessError(
        "config_invalid",
        `The token file ${file} can be read by others. Remove it to get a new token, or run: chmod 600 ${file}`,
      );
    if (user !== undefined && stat.uid !== user)
      throw new HarnessError("config_invalid", `The token file ${file} belongs to another user. Remove it.`);
    const buffer = Buffer.alloc(1024);
    const text = buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, buffer.length, 0)).trim();
    if (!/^[\x21-\x7e]{16,512}$/.test(text))
      throw new HarnessError(
        "config_invalid",
        `The file ${file} holds no token. Remove it to get a new one.`,
      );
    return text;
  } finally {
    closeSync(descriptor);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
