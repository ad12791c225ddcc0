import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createToken, readOrCreateToken, readToken, sameToken } from "../../src/secrets/index.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "harness-token-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("the token", () => {
  it("is made once, with mode 0600, and read again [req:secrets.token-file]", () => {
    const file = path.join(dir, "token");
    expect(readToken(file)).toBeUndefined();
    const token = readOrCreateToken(file);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readOrCreateToken(file)).toBe(token);
    expect(readFileSync(file, "utf8")).toBe(`${token}\n`);
    expect(readdirSync(dir)).toEqual(["token"]);
    expect(createToken()).not.toBe(createToken());
  });

  it("is refused from a file others can read, a link, a folder or a file without a token [req:secrets.token-file]", () => {
    const file = path.join(dir, "token");
    readOrCreateToken(file);
    chmodSync(file, 0o640);
    expect(() => readOrCreateToken(file)).toThrow("can be read by others");
    const link = path.join(dir, "link");
    writeFileSync(path.join(dir, "target"), createToken(), { mode: 0o600 });
    symlinkSync(path.join(dir, "target"), link);
    expect(() => readOrCreateToken(link)).toThrow("is a link");
    expect(() => readOrCreateToken(dir)).toThrow("is not a file");
    const empty = path.join(dir, "empty");
    writeFileSync(empty, "", { mode: 0o600 });
    expect(() => readOrCreateToken(empty)).toThrow("holds no token");
  });

  it("compares whole [req:secrets.token-file]", () => {
    const token = createToken();
    expect(sameToken(token, token)).toBe(true);
    for (const other of ["", token.slice(1), `${token}x`, token.toUpperCase(), createToken()])
      expect(sameToken(token, other)).toBe(false);
  });
});
