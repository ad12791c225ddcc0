import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ContainerDriver } from "../../src/sandbox/container.ts";
import { ProbeProgram } from "../../src/sandbox/probe.ts";
import { SandboxBench } from "./bench.ts";
import { sandboxConformance } from "./conformance.ts";

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
      .map((arg) => arg.replace(/^\d+:\d+$/, "UID:GID"));
    expect(file).toBe(`/usr/bin/${name}`);
    expect(shown).toMatchSnapshot(name);
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

it("holds what every sandbox holds, where a daemon answers", async ({ skip }) => {
  await using bench = new SandboxBench("docker");
  const image = process.env["HARNESS_TEST_IMAGE"] ?? "node:24";
  const probe = await driver(bench, "docker", image).probe();
  if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
  for (const { title, run } of sandboxConformance) {
    if (!title.includes("sandbox.write-outside") && !title.includes("sandbox.protected]")) continue;
    await using own = new SandboxBench("docker");
    await run(own);
  }
});
