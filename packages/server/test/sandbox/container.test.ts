import { execFile, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ContainerDriver } from "../../src/sandbox/container.ts";
import { ProbeProgram } from "../../src/sandbox/probe.ts";
import { SandboxBench } from "./bench.ts";
import { sandboxConformance } from "./conformance.ts";
import { escapeChecks } from "./escapes.ts";

const run = promisify(execFile);

function driver(bench: SandboxBench, name: "docker" | "podman", image: string | null) {
  const program = new ProbeProgram({ runner: bench.runner, scratchDir: join(bench.dataDir, "sandbox") });
  const limits = { processes: 64, memoryBytes: 1e9, cpuSecs: 60, diskBytes: 1e8, tmpBytes: 1e6 };
  return new ContainerDriver({
    program,
    name,
    image,
    execPath: process.execPath,
    scratchDir: "/scratch",
    limits,
  });
}

it("a container gets these arguments, and no secret among them [req:sandbox.container-arguments]", async () => {
  await using bench = new SandboxBench("docker");
  mkdirSync(join(bench.workspace, ".claude"));
  writeFileSync(join(bench.workspace, 'o"dd'), "");
  const spec = bench.spec("/usr/bin/agent", ["--print"], {
    writable: [bench.cache],
    readable: [bench.path(".login")],
    covers: [{ path: ".claude", source: undefined }],
    env: { PATH: "/usr/bin", HOME: bench.home, API_KEY: "secret", LD_PRELOAD: "/x.so" },
  });
  for (const name of ["docker", "podman"] as const) {
    const { file, args, env } = await driver(bench, name, "node:24").wrap(spec);
    const shown = args
      .map((arg) => arg.replaceAll(bench.root, "ROOT"))
      .map((arg) => arg.replace(/[0-9a-f]{16,}/, "ID"))
      .map((arg) => arg.replace(/^\d+:\d+$/, "UID:GID"))
      .map((arg) => arg.replace(/^(nofile|nproc)=\d+:\d+$/, "$1=OURS"))
      .filter((arg) => !["--userns", "keep-id"].includes(arg));
    expect(file).toBe(`/usr/bin/${name}`);
    expect(shown).toMatchSnapshot(name);
    expect(args.includes("keep-id")).toBe(name === "podman" && process.getuid?.() !== 0);
    expect(args.join(" ")).not.toContain("secret");
    expect(env["API_KEY"]).toBe("secret");
  }
});

it("says what is missing and what to do [req:sandbox.container-probe]", async () => {
  await using bench = new SandboxBench("docker");
  for (const name of ["docker", "podman"] as const) {
    const probe = await driver(bench, name, null).probe();
    expect(probe.ok).toBe(false);
    if (!probe.ok)
      expect(probe).toMatchObject({ fix: expect.stringMatching(/Install|Start it|sandbox\.image/) });
  }
});

/** What a container does otherwise than every other sandbox. Nothing of it is a way out. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "with network the host's network is there": "it has the network of its engine, which is not the host's",
  "listed hosts are reached": "it refuses a list of hosts",
  "its environment is what it was given": "its engine adds names of the container",
  "kernel settings cannot be changed": "its engine shows a read-only /sys",
  "a program that is not there fails": "its engine says so in other words",
  "when the server is killed, all of it dies at once": "it ends when the next server starts",
};

const engines = ["podman", "docker"] as const;
const answering = await Promise.all(
  engines.map((name) =>
    run(name, ["version", "--format", "{{.Server.Version}}"]).then(
      () => true,
      () => false,
    ),
  ),
);
const answers = (name: (typeof engines)[number]) => answering[engines.indexOf(name)] === true;

for (const name of engines.filter((one) => !answers(one)))
  it(`${name} passes the suite where it answers`, ({ skip }) =>
    skip(`${name} is not installed or not running`));

describe.each(engines.filter(answers))("a container of %s that runs for real", (name) => {
  const image = `localhost/harness-test:${process.pid}-${name}`;
  const limits = { processes: 256 };
  let missing: string | undefined;
  beforeAll(async () => {
    const script = fileURLToPath(new URL("make-image.sh", import.meta.url));
    const env = { ...process.env, HARNESS_TEST_NODE: process.execPath };
    await using bench = new SandboxBench(name, limits, { image });
    const engine = await driver(bench, name, null).probe();
    if (!engine.ok && !engine.reason.startsWith("no image")) missing = `${engine.reason}. ${engine.fix}`;
    else if ((await run(script, [name, image], { env }).catch(() => undefined)) === undefined)
      missing = `${name} cannot import an image of this machine's programs`;
    const probe = missing === undefined && (await bench.driver.probe());
    if (probe && !probe.ok) missing = `${probe.reason}. ${probe.fix}`;
  }, 300_000);
  afterAll(async () => {
    if (missing === undefined) await run(name, ["rmi", "--force", image]);
  });

  for (const { title, run: check } of [...sandboxConformance, ...escapeChecks]) {
    const otherwise = Object.entries(OTHERWISE).find(([begin]) => title.startsWith(begin));
    if (otherwise !== undefined) continue;
    it(title, async ({ skip }) => {
      if (missing !== undefined) return skip(missing);
      await using bench = new SandboxBench(name, limits, { image });
      await check(bench);
    });
  }

  it("refuses a list of hosts, and is ended by the next server when its own was killed [req:sandbox.container-real]", async ({
    skip,
  }) => {
    if (missing !== undefined) return skip(missing);
    await using bench = new SandboxBench(name, limits, { image });
    await expect(bench.sh("true", { network: { hosts: ["listed.example"] } })).rejects.toMatchObject({
      code: "sandbox_unavailable",
    });
    const owner = fileURLToPath(new URL("owner.ts", import.meta.url));
    const spec = JSON.stringify(await bench.fixture("forks-a-setsid-grandchild", ["stay"]));
    const args = [owner, join(bench.dataDir, "ledger"), spec];
    const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => server.stdout.once("data", resolve));
    server.kill("SIGKILL");
    await new Promise((resolve) => server.once("exit", resolve));
    await bench.sandbox.reapAll();
    const { stdout } = await run(name, ["ps", "--all", "--quiet", "--filter", `ancestor=${image}`]);
    expect(stdout).toBe("");
  });
});
