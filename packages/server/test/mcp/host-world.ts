import { rmSync } from "node:fs";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import type { Clock } from "@harness/protocol";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type RunningServer, startServer } from "../../src/start-server.ts";
import { approves, sumCheck, sumFiles, writesSum } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type TestAppOptions, testDir, writeConfig } from "../support/test-app.ts";

/** The revisions a host may speak: with sessions, and without. */
export const revisions = ["2025-11-25", "2026-07-28"] as const;
export type Revision = (typeof revisions)[number];

/** A real server over HTTP with the project "app" and agents that are small programs, and hosts that talk to it. */
export interface HostWorld extends AsyncDisposable {
  readonly server: RunningServer;
  readonly url: string;
  readonly dir: string;
  readonly root: string;
  readonly client: HarnessClient;
  /** A host with the official client, connected. */
  host(revision: Revision, token?: string): Promise<Client>;
  /** A bare request to /mcp with the token, unless `headers` bring their own. */
  mcp(init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> }): Promise<Response>;
}

export interface HostWorldOptions extends Pick<TestAppOptions, "agents" | "config"> {
  readonly clock?: Clock;
}

/** Builds the world; at its end every host is gone and the server is stopped. */
export async function hostWorld(options: HostWorldOptions = {}): Promise<HostWorld> {
  const dir = testDir("mcp");
  const agents = options.agents ?? { writer: writesSum, critic: approves };
  const server = await startServer({
    flags: {
      config: writeConfig(dir, { ...options, agents }),
      "data-dir": path.join(dir, "data"),
      port: "0",
    },
    env: { PATH: process.env["PATH"] ?? "", HARNESS_UP_KEEP_AWAKE: "false" },
    cwd: dir,
    home: dir,
    platform: process.platform,
    stderr: () => {},
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const { url, token } = server;
  const root = makeRepository(path.join(dir, "repo"), sumFiles);
  const client = new HarnessClient({ url, token });
  await client.call("project/create", { root, id: "app", validation: [sumCheck] });
  const hosts: Client[] = [];
  return {
    server,
    url,
    dir,
    root,
    client,
    async host(revision, given = token) {
      const host = new Client(
        { name: "test-host", version: "1.0.0" },
        revision === "2026-07-28" ? { versionNegotiation: { mode: { pin: revision } } } : {},
      );
      hosts.push(host);
      await host.connect(
        new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
          requestInit: { headers: { authorization: `Bearer ${given}` } },
        }),
      );
      return host;
    },
    mcp: ({ headers = {}, ...init }) =>
      fetch(`${url}/mcp`, { ...init, headers: { authorization: `Bearer ${token}`, ...headers } }),
    async [Symbol.asyncDispose]() {
      await Promise.all(hosts.map((host) => host.close()));
      await server.stop("test over");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The value a tool answered with, or the failure it described. */
export function answerOf(result: Awaited<ReturnType<Client["callTool"]>>): Record<string, unknown> {
  const [first] = result.content as { type: string; text: string }[];
  const parsed: unknown = result.structuredContent ?? JSON.parse(first?.text ?? "null");
  return parsed as Record<string, unknown>;
}
