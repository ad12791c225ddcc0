import { expect, it } from "vitest";
import { implementer, world } from "../scenarios/world.ts";

const MIB = 1024 ** 2;

it("sandbox.limits.cpu_secs, sandbox.limits.disk_bytes, sandbox.limits.tmp_bytes: an agent finds them around it", async () => {
  const looks = `const all = fs.readFileSync("/proc/self/limits", "utf8"); const { blocks, bsize } = fs.statfsSync("/tmp");
    say([/cpu time +(\\d+)/, /file size +(\\d+)/].map((one) => one.exec(all)[1]).join(" ") + " " + blocks * bsize);`;
  await using w = await world({
    agents: { writer: implementer(looks) },
    config: `[agents.review]\nenabled = false\n[sandbox.limits]\ncpu_secs = 321\ndisk_bytes = ${50 * MIB}\ntmp_bytes = ${3 * MIB}`,
  });
  const task = await w.run();
  const said = await w.call("task/artifacts", { task_id: task.id });
  expect(said.find((one) => one.artifact_type === "implementer_message")?.content).toBe(
    `321 ${50 * MIB} ${3 * MIB}`,
  );
});

it("sandbox.limits.memory_bytes: a run that needs more is ended and says so", () =>
  endsAt("memory_bytes", 64 * MIB));

it("sandbox.limits.processes: a run that needs more is ended and says so", () => endsAt("processes", 16));

async function endsAt(key: string, most: number): Promise<void> {
  const hog = `const eaten = Buffer.alloc(300e6, 1); const { spawn } = require("node:child_process"); for (let i = 0; i < 20; i++) spawn("sleep", ["30"]).on("error", () => {}); setTimeout(() => {}, 30000);`;
  await using w = await world({
    agents: { writer: implementer(hog) },
    config: `[agents.review]\nenabled = false\n[sandbox.limits]\n${key} = ${most}`,
  });
  const task = await w.run({ max_attempts: 1 });
  expect(task.status).toBe("failed");
  expect(task.error?.message).toContain(`sandbox.limits.${key}`);
}

it("sandbox.image: containers need one named, and nothing runs without it", async () => {
  for (const image of ["", 'image = "node:24"']) {
    await using w = await world({ config: `[sandbox]\ndriver = "docker"\n${image}` });
    const task = await w.run();
    expect(task).toMatchObject({
      status: "waiting",
      block_reason: { code: "sandbox_unavailable" },
      turns: [],
    });
  }
});
