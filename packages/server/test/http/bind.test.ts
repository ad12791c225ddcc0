import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { isHarnessError } from "@harness/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../src/start-server.ts";
import { testDir, writeConfig } from "../support/test-app.ts";
import { parseAnswer, rawRequest } from "../support/test-server.ts";

const dirs: string[] = [];
const lines: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
  lines.length = 0;
});

function start(host: string, more: { config?: string; port?: number } = {}): Promise<RunningServer> {
  const dir = testDir("bind");
  dirs.push(dir);
  return startServer({
    flags: {
      config: writeConfig(dir, more),
      "data-dir": path.join(dir, "data"),
      host,
      port: String(more.port ?? 0),
    },
    env: { PATH: process.env["PATH"] ?? "" },
    cwd: dir,
    home: dir,
    platform: process.platform,
    stderr: (line) => lines.push(line),
  });
}

const lan = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find((one) => !one.internal && one.family === "IPv4")?.address;

describe("an address other machines can reach", () => {
  it.each(["0.0.0.0", "::", lan ?? "192.0.2.1", "127.example.invalid", "2130706432", "0"])(
    "%s is refused with one clear line [req:http.bind]",
    async (host) => {
      const failure = await start(host).then(
        async (server) => {
          await server.stop();
          return undefined;
        },
        (error: unknown) => error,
      );
      expect(isHarnessError(failure, "config_invalid")).toBe(true);
      const { message } = failure as Error;
      expect(message).toContain(host);
      expect(message).toContain("allow_public_bind");
      expect(message).not.toContain("\n");
      expect(lines.join("\n")).not.toContain("listening");
    },
  );

  it("is taken when the operator allows it, and still needs the token [req:http.bind]", async () => {
    const server = await start("0.0.0.0", { config: "[server]\nallow_public_bind = true" });
    try {
      const { port } = new URL(server.url);
      expect((await fetch(`http://127.0.0.1:${port}/tasks`)).status).toBe(401);
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
      const authorization = `Bearer ${server.token}`;
      if (lan)
        expect((await fetch(`http://${lan}:${port}/tasks`, { headers: { authorization } })).status).toBe(200);
      const rebound = await rawRequest(
        Number(port),
        `GET /tasks HTTP/1.1\r\nHost: evil.com:${port}\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
      );
      expect(parseAnswer(rebound).status).toBe(403);
      expect(lines.join("\n")).not.toContain(server.token);
    } finally {
      await server.stop();
    }
  });
});

describe("a loopback address", () => {
  it.each(["127.0.0.1", "localhost", "127.0.0.2", "::1"])(
    "%s needs no leave [req:http.bind]",
    async (host) => {
      const server = await start(host);
      try {
        const answer = await fetch(`${server.url}/tasks`, {
          headers: { authorization: `Bearer ${server.token}` },
        });
        expect(answer.status).toBe(200);
        expect(lines).toContain(`Harness is listening on ${server.url}`);
      } finally {
        await server.stop();
      }
    },
  );

  it("with a port that is taken is a clear refusal that leaves nothing open [req:http.bind]", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    const failure = await start("127.0.0.1", { port }).catch((error: unknown) => error);
    expect(isHarnessError(failure, "config_invalid")).toBe(true);
    expect((failure as Error).message).toContain(String(port));
    other.close();
  });
});
