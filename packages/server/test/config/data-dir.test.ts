import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDataDir, DataDirLock, dataDirOwner, dataDirPaths } from "../../src/config/index.ts";

const clock = { now: () => Date.now() };
const fixture = path.join(import.meta.dirname, "fixtures/take-lock.ts");
let home = "";
let dir = "";
const children: ChildProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), "harness-data-"));
  dir = path.join(home, "data");
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(home, { recursive: true, force: true });
});

/** Starts a taker and returns it with its first line. */
async function taker(rounds = 0): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [fixture, dir, String(rounds)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, line: String(line) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("the data directory", () => {
  it("is made with its folders for the owner alone [req:config.data-dir-modes]", () => {
    const paths = createDataDir(dir);
    expect(paths).toEqual(dataDirPaths(dir));
    for (const folder of [dir, ...readdirSync(dir).map((name) => path.join(dir, name))])
      expect(statSync(folder).mode & 0o777, folder).toBe(0o700);
    expect(createDataDir(dir)).toEqual(paths);
  });

  it("is closed to others when it was open and empty or ours [req:config.data-dir-modes]", () => {
    mkdirSync(dir, { mode: 0o755 });
    chmodSync(dir, 0o755);
    createDataDir(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    chmodSync(dir, 0o755);
    createDataDir(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it("is refused when it is used for something else, a file, or cannot be made [req:config.data-dir-modes]", () => {
    mkdirSync(dir);
    chmodSync(dir, 0o755);
    writeFileSync(path.join(dir, "thesis.doc"), "x");
    expect(() => createDataDir(dir)).toThrow("used for something else");
    expect(statSync(dir).mode & 0o777).toBe(0o755);
    expect(() => createDataDir(path.join(dir, "thesis.doc"))).toThrow("cannot be used");
    expect(() => createDataDir("/proc/harness")).toThrow("cannot be used");
  });
});

describe("the lock of a data directory", () => {
  beforeEach(() => {
    createDataDir(dir);
  });

  it("names the process that has it, and is free again after release [req:config.data-dir-lock]", () => {
    expect(dataDirOwner(dir, clock)).toBeNull();
    const lock = DataDirLock.take(dir, clock);
    expect(dataDirOwner(dir, clock)?.pid).toBe(process.pid);
    expect(() => DataDirLock.take(dir, clock)).toThrow(`belongs to process ${process.pid}`);
    lock.release();
    lock.release();
    expect(dataDirOwner(dir, clock)).toBeNull();
    using again = DataDirLock.take(dir, clock);
    expect(again).toBeDefined();
    expect(readdirSync(dataDirPaths(dir).lock)).toEqual(["owner.2"]);
    expect(statSync(path.join(dataDirPaths(dir).lock, "owner.2")).mode & 0o777).toBe(0o600);
  });

  it("is followed when its owner was killed [req:config.data-dir-lock]", async () => {
    const first = await taker();
    expect(first.line).toBe("won");
    expect((await taker()).line).toBe(`locked ${first.child.pid}`);
    await kill(first.child);
    expect((await taker()).line).toBe("won");
  });

  it("is not fooled by another process with the pid of a dead owner [req:config.data-dir-lock]", () => {
    const lock = DataDirLock.take(dir, clock);
    const file = path.join(dataDirPaths(dir).lock, "owner.1");
    const record = JSON.parse(readFileSync(file, "utf8"));
    lock.release();
    writeFileSync(file, JSON.stringify({ ...record, start_ticks: "1" }));
    using next = DataDirLock.take(dir, clock);
    expect(next).toBeDefined();
  });

  it("of an owner in another container counts while it is touched [req:config.data-dir-lock]", () => {
    const lock = DataDirLock.take(dir, clock);
    const file = path.join(dataDirPaths(dir).lock, "owner.1");
    const record = JSON.parse(readFileSync(file, "utf8"));
    lock.release();
    writeFileSync(
      file,
      JSON.stringify({ ...record, pid_namespace: "pid:[1]", host: "box", released: false }),
    );
    expect(() => DataDirLock.take(dir, clock)).toThrow("on box (another container or machine)");
    const old = new Date(Date.now() - 61_000);
    utimesSync(file, old, old);
    using next = DataDirLock.take(dir, clock);
    expect(next).toBeDefined();
  });

  it.each(["", "{", '{"pid":1}', "\0\0\0"])(
    "survives the damaged record %j [req:config.data-dir-lock]",
    (text) => {
      writeFileSync(path.join(dataDirPaths(dir).lock, "owner.7"), text);
      using lock = DataDirLock.take(dir, clock);
      expect(lock).toBeDefined();
      expect(readdirSync(dataDirPaths(dir).lock)).toEqual(["owner.8"]);
    },
  );

  it("goes to exactly one of many starters that see the same dead owner [req:config.data-dir-lock]", async () => {
    for (let round = 0; round < 3; round++) {
      const takers = await Promise.all(Array.from({ length: 6 }, () => taker()));
      const winners = takers.filter((one) => one.line === "won");
      expect(winners).toHaveLength(1);
      const pid = winners[0]?.child.pid;
      for (const one of takers) if (one !== winners[0]) expect(one.line).toBe(`locked ${pid}`);
      for (const one of winners) await kill(one.child);
    }
  });

  it("never lets two in while many take and release it [req:config.data-dir-lock]", async () => {
    const lines = await Promise.all(Array.from({ length: 4 }, async () => (await taker(100)).line));
    expect(lines).toEqual(["done 100", "done 100", "done 100", "done 100"]);
  });
});
