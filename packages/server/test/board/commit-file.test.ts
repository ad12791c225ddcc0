import { expect, it } from "vitest";
import { implementer, world } from "../scenarios/world.ts";

const pem = (name: string) =>
  `-----BEGIN ${name} PRIVATE KEY-----\n${"MIIEowIBAAKCAQEA1234567890abcdefghij\n".repeat(8)}-----END ${name} PRIVATE KEY-----`;

const writer = implementer(`
  write("sum.js", "// one\\nmodule.exports = (a, b) => a + b;\\n");
  write("logo.bin", "\\u0000\\u0001");
  write("odd :(name)*.txt", "odd\\n");
  write("long.txt", "0123456789\\n".repeat(120_000));
  say("done");`);

it("a file is read as the work has it and as its base had it, and nothing else is [req:web-api.file]", async () => {
  await using w = await world({ agents: { writer } });
  const task = await w.run();
  const { id: task_id, head_sha, base_sha } = task;
  expect(head_sha).not.toBe(base_sha);
  const read = (path: string, commit?: string | null) =>
    w.call("task/file", { task_id, path, ...(commit ? { commit } : {}) });
  expect(await read("sum.js")).toEqual({
    commit: head_sha,
    path: "sum.js",
    text: "// one\nmodule.exports = (a, b) => a + b;\n",
    binary: false,
    cut: false,
    numbered: true,
  });
  expect(await read("odd :(name)*.txt")).toMatchObject({ text: "odd\n" });
  expect(await read("logo.bin", head_sha)).toMatchObject({ text: null, binary: true, numbered: false });
  const long = await read("long.txt");
  expect(long).toMatchObject({ cut: true, numbered: true });
  expect(long.text?.length).toBeLessThanOrEqual(1024 * 1024);
  expect((await read("sum.js", base_sha)).text).not.toContain("// one");
  await expect(read("long.txt", base_sha)).rejects.toMatchObject({ code: "path_not_found" });
  for (const path of ["../sum.js", "/etc/passwd", "nothing", ".", "-p", "--batch"])
    await expect(read(path)).rejects.toMatchObject({ code: "path_not_found" });
  await expect(read("a\0b")).rejects.toMatchObject({ code: "invalid_params" });
  await expect(read("sum.js", "0".repeat(40))).rejects.toMatchObject({ code: "snapshot_not_found" });
});

it("a secret in a file is taken out, and it is said when that moved its lines [req:web-api.file]", async () => {
  const key = JSON.stringify(`first\n${pem("RSA")}\nlast\n`);
  const token = JSON.stringify(`one\nghp_${"a1B2c3D4e5F6g7H8i9J0".repeat(2).slice(0, 36)}\nthree\n`);
  const leaky = implementer(`
    write("sum.js", "module.exports = (a, b) => a + b;\\n");
    write("key.pem", ${key}); write("token.txt", ${token}); say("done");`);
  await using w = await world({ agents: { leaky } });
  const task_id = await w.submit({ project: "app", agent: "leaky" });
  await expect
    .poll(async () => (await w.call("task/get", { task_id })).head_sha, { timeout: 60_000 })
    .not.toBe(null);
  const key_file = await w.call("task/file", { task_id, path: "key.pem" });
  expect(key_file.text).not.toContain("MIIEow");
  expect(key_file.numbered).toBe(key_file.text?.split("\n").length === pem("RSA").split("\n").length + 3);
  const token_file = await w.call("task/file", { task_id, path: "token.txt" });
  expect(token_file).toMatchObject({ numbered: true });
  expect(token_file.text).not.toContain("ghp_");
});
