import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SandboxDriverName, systemClock } from "@harness/protocol";
import { type ProcessOutcome, ProcessRunner, type SpawnSpec } from "../../src/process/index.ts";
import {
  createSandbox,
  driversFor,
  type RunLimits,
  type Sandbox,
  type SandboxDeps,
  type SandboxDriver,
  type SandboxSpec,
} from "../../src/sandbox/index.ts";

/** A secret that must not be found anywhere inside. */
export const CANARY = `canary-${randomUUID()}-do-not-read`;

/** Enough for every check, and little enough to notice when one runs wild. */
const SMALL: RunLimits = {
  processes: 1024,
  memoryBytes: 4 * 1024 ** 3,
  cpuSecs: 600,
  diskBytes: 2 * 1024 ** 3,
  tmpBytes: 1024 ** 3,
};

const agents = fileURLToPath(new URL("../fixtures/agents", import.meta.url));

/** A small host: a home with logins, a data directory with workspaces and a token, a repository, our own port. */
export class SandboxBench implements AsyncDisposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "harness-sandbox-")));
  readonly home = join(this.root, "home");
  readonly dataDir = join(this.home, ".local/share/harness");
  readonly workspace = join(this.dataDir, "workspaces/ws-1");
  readonly neighbour = join(this.dataDir, "workspaces/ws-1-evil");
  readonly repository = join(this.home, "code/product");
  readonly cache = join(this.dataDir, "cache");
  readonly cookie = `att_${crypto.randomUUID()}`;
  readonly runner: ProcessRunner;
  readonly driver: SandboxDriver;
  /** With that driver only. */
  readonly sandbox: Sandbox;
  readonly #server: Server;

  constructor(
    choice: SandboxDriverName,
    limits: Partial<RunLimits> = {},
    more: Pick<SandboxDeps, "image" | "perl"> = {},
  ) {
    for (const dir of [
      this.workspace,
      this.neighbour,
      this.cache,
      join(this.repository, ".git"),
      this.path(".ssh"),
    ]) {
      mkdirSync(dir, { recursive: true });
    }
    for (const file of [...this.secrets, this.path(".login/token"), this.path(".login.json")]) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, CANARY);
    }
    chmodSync(this.root, 0o755);
    this.runner = new ProcessRunner({
      clock: systemClock,
      ledgerDir: join(this.dataDir, "ledger"),
      killGraceMs: 500,
    });
    const scratchDir = join(this.dataDir, "sandbox");
    const modules = fileURLToPath(new URL("../../../../node_modules/.bin", import.meta.url));
    const path = `${modules}:${process.env["PATH"] ?? ""}`;
    const deps = { runner: this.runner, choice, scratchDir, path, limits: { ...SMALL, ...limits }, ...more };
    this.driver = driversFor(deps)[0]!;
    this.sandbox = createSandbox(deps);
    this.#server = createServer((_request, response) => response.end(CANARY));
  }

  /** Files that no confined program may read unless they are named to it. */
  get secrets(): string[] {
    return [
      this.path(".ssh/id"),
      this.path(".netrc"),
      join(this.dataDir, "token"),
      join(this.neighbour, "secret"),
      join(this.repository, ".git/config"),
    ];
  }

  /** A path in the host's home. */
  path(name: string): string {
    return join(this.home, name);
  }

  /** Our own port on loopback. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** The plainest confinement of a program; `more` changes it. */
  spec(file: string, args: readonly string[], more: Partial<SandboxSpec> = {}): SandboxSpec {
    return {
      profile: "workspace-write",
      workspace: this.workspace,
      network: "none",
      hidden: [this.dataDir, this.repository],
      file,
      args,
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin:/usr/sbin`, HOME: this.home, LANG: "C.UTF-8" },
      ...more,
    };
  }

  /** How the runner starts a confined program, in its workspace. */
  async spawnSpec(spec: SandboxSpec, more: Partial<SpawnSpec> = {}): Promise<SpawnSpec> {
    return { ...(await this.sandbox.wrap(spec)), cwd: this.workspace, cookie: this.cookie, ...more };
  }

  /** Runs a shell script confined. */
  async sh(script: string, more: Partial<SandboxSpec> = {}): Promise<ProcessOutcome> {
    return this.runner.run(await this.spawnSpec(this.spec("sh", ["-c", script], more)));
  }

  /** How the runner starts one of the misbehaving programs confined. */
  fixture(name: string, args: string[], more: Partial<SpawnSpec> = {}): Promise<SpawnSpec> {
    return this.spawnSpec(this.spec(join(agents, name), args, { readable: [agents] }), more);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.killCookie(this.cookie);
    await this.sandbox.reap(this.workspace);
    this.#server.close();
    this.#server.closeAllConnections();
    rmSync(this.root, { recursive: true, force: true });
  }
}
