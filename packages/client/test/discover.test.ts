import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discover } from "../src/node.ts";

let home = "";
let dataDir = "";

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "harness-discover-"));
  dataDir = path.join(home, ".local", "share", "harness");
  mkdirSync(dataDir, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

function serverAt(
  folder: string,
  file: object | string = { url: "http://127.0.0.1:1", pid: process.pid },
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "server.json"), typeof file === "string" ? file : JSON.stringify(file));
  writeFileSync(path.join(folder, "token"), "secret\n");
}

describe("a running server", () => {
  it("is found in its data directory: the named one, the variable's, the usual one [req:client.discover]", async () => {
    const found = { url: "http://127.0.0.1:1", token: "secret" };
    serverAt(dataDir);
    expect(await discover({ env: { HOME: home } })).toEqual(found);
    const second = path.join(home, "second");
    serverAt(second, { url: "http://127.0.0.1:2", pid: process.pid });
    expect(await discover({ env: { HOME: home, HARNESS_DATA_DIR: second } })).toMatchObject({
      url: "http://127.0.0.1:2",
    });
    const third = path.join(home, "third");
    serverAt(third, { url: "http://127.0.0.1:3", pid: process.pid });
    const env = { HOME: home, HARNESS_DATA_DIR: second, HARNESS_URL: "http://elsewhere:1" };
    expect(await discover({ dataDir: third, env })).toMatchObject({ url: "http://127.0.0.1:3" });
  });

  it("may be named by variables [req:client.discover]", async () => {
    const env = { HOME: home, HARNESS_URL: "http://elsewhere:9", HARNESS_TOKEN: "other" };
    expect(await discover({ env })).toEqual({ url: "http://elsewhere:9", token: "other" });
  });

  it("is not found where none runs, where it died, or where the file is half written [req:client.discover]", async () => {
    expect(await discover({ env: { HOME: home } })).toBeUndefined();
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    for (const file of [{ url: "http://127.0.0.1:1", pid: dead }, '{"url":"http', "", '{"url":7}']) {
      serverAt(dataDir, file);
      expect(await discover({ env: { HOME: home } })).toBeUndefined();
    }
    serverAt(dataDir);
    rmSync(path.join(dataDir, "token"));
    expect(await discover({ env: { HOME: home } })).toBeUndefined();
  });
});
