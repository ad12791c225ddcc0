import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY, type SandboxBench } from "./bench.ts";
import { lifeChecks } from "./life-checks.ts";
import { networkChecks } from "./network-checks.ts";
import { protectedChecks } from "./protected-checks.ts";

/** One thing every sandbox driver must do. */
export interface Check {
  /** Ends in the promise it proves. */
  readonly title: string;
  readonly run: (bench: SandboxBench) => Promise<void>;
}

const FETCH = (port: number): string =>
  `fetch("http://127.0.0.1:${port}").then((r) => r.text()).then(console.log, (e) => console.log("refused", e.cause?.code))`;

/** Settings that each IPC namespace has for itself: who owns one may write them, and changes nothing for others. */
const OWN_IPC: readonly string[] = [
  ...["msg_default", "msg_max", "msgsize_default", "msgsize_max", "queues_max"].map(
    (name) => `/proc/sys/fs/mqueue/${name}`,
  ),
  ...[
    "auto_msgmni",
    "msgmax",
    "msgmnb",
    "msgmni",
    "sem",
    "shm_rmid_forced",
    "shmall",
    "shmmax",
    "shmmni",
  ].map((name) => `/proc/sys/kernel/${name}`),
].filter(existsSync);
/** Writable by its mode for everybody, and by the kernel for nobody without a capability. */
const LAST_PID = "/proc/sys/kernel/ns_last_pid";

const files: readonly Check[] = [
  {
    title: "the workspace is writable at its own path, and so are HOME and /tmp [req:sandbox.write]",
    async run(bench) {
      const name = `harness-${crypto.randomUUID()}`;
      const outcome = await bench.sh(
        `pwd; echo made > made; echo x > "$HOME/x" && echo x > /tmp/${name} && ls -A "$HOME" /tmp`,
      );
      assert.equal(outcome.stderr.text, "");
      assert.ok(outcome.stdout.text.startsWith(`${bench.workspace}\n`));
      assert.equal(readFileSync(join(bench.workspace, "made"), "utf8"), "made\n");
      assert.equal(existsSync(bench.path("x")), false);
      assert.equal(existsSync(`/tmp/${name}`), false);
    },
  },
  {
    title: "nothing of the host outside the workspace can be changed [req:sandbox.write-outside]",
    async run(bench) {
      const places = [
        "/usr",
        "/etc",
        "/",
        "/dev",
        bench.home,
        bench.dataDir,
        bench.neighbour,
        bench.repository,
      ];
      const script = places.map(
        (place) => `echo x > ${place}/harness-x; rm -rf ${place}/secret ${place}/token`,
      );
      await bench.sh(script.join("\n"));
      for (const place of places) assert.equal(existsSync(join(place, "harness-x")), false, place);
      for (const secret of bench.secrets) assert.equal(readFileSync(secret, "utf8"), CANARY);
    },
  },
  {
    title: "no login, key, token or other repository of the host can be read [req:sandbox.read]",
    async run(bench) {
      const targets = [...bench.secrets, "/etc/shadow", "/root", "/var/run/docker.sock", "/run/dbus"];
      const { stdout } = await bench.sh(
        targets
          .map((path) => `test -r ${path} && test ! -c ${path} && echo VISIBLE ${path}; cat ${path}`)
          .join("\n"),
      );
      assert.equal(stdout.text, "");
      const { stdout: found } = await bench.sh(
        `grep -rsl ${CANARY} ${bench.root} /tmp /home /root /var /mnt /srv /run`,
      );
      assert.equal(found.text, "");
    },
  },
  {
    title:
      "a hidden path stays hidden below a readable one, and the workspace in it shows [req:sandbox.hidden]",
    async run(bench) {
      symlinkSync(bench.home, join(bench.root, "other-name"));
      writeFileSync(join(bench.workspace, "own"), "mine\n");
      const list = bench.secrets.slice(2).flatMap((path) => [path, path.replace("/home/", "/other-name/")]);
      const script = `cat own ${list.join(" ")} 2>/dev/null; ls -A ${bench.dataDir}; echo x > ${bench.dataDir}/x`;
      const readable = [bench.home, join(bench.root, "other-name"), join(bench.dataDir, "token")];
      const outcome = await bench.sh(script, { readable, writable: [bench.cache] });
      assert.equal(outcome.stdout.text, "mine\ncache\nworkspaces\n");
      assert.equal(existsSync(join(bench.dataDir, "x")), false);
      const shown = await bench.sh(`cat ${bench.path(".ssh/id")}`, { readable });
      assert.equal(shown.stdout.text, CANARY, "what is readable and not hidden shows");
    },
  },
  {
    title: "of HOME only what is named shows; only what is writable changes [req:sandbox.login]",
    async run(bench) {
      const script =
        'cd; ls -A; cat .login/token; echo new > .login/token; echo new > .login.json; echo new > "$CACHE/file"';
      const outcome = await bench.sh(script, {
        readable: [bench.path(".login"), bench.path("missing")],
        writableFiles: [bench.path(".login.json")],
        writable: [bench.cache],
        env: { ...bench.spec("", []).env, CACHE: bench.cache },
      });
      assert.deepEqual(outcome.stdout.text.split("\n"), [".local", ".login", ".login.json", CANARY]);
      assert.equal(readFileSync(bench.path(".login/token"), "utf8"), CANARY);
      assert.equal(readFileSync(bench.path(".login.json"), "utf8"), "new\n");
      assert.equal(readFileSync(join(bench.cache, "file"), "utf8"), "new\n");
    },
  },
  {
    title:
      "a link in the workspace leads nowhere outside, also when it is named writable [req:sandbox.symlink]",
    async run(bench) {
      symlinkSync(bench.path(".ssh"), join(bench.workspace, "cache"));
      symlinkSync(bench.path(".netrc"), join(bench.workspace, "link"));
      const writable = [join(bench.workspace, "cache")];
      const outcome = await bench.sh("cat link cache/id; echo x > cache/x", { writable });
      assert.equal(outcome.stdout.text, "");
      assert.equal(existsSync(bench.path(".ssh/x")), false);
    },
  },
  {
    title: "a workspace whose own path holds a link appears under both names [req:sandbox.write]",
    async run(bench) {
      const name = join(bench.root, "linked");
      symlinkSync(join(bench.dataDir, "workspaces"), name);
      const workspace = join(name, "ws-1");
      const outcome = await bench.sh(`echo a > ${workspace}/a; cat ${bench.workspace}/a`, { workspace });
      assert.equal(outcome.stdout.text, "a\n");
    },
  },
  {
    title:
      "the read-only profile cannot change the workspace, except where it is told [req:sandbox.read-only]",
    async run(bench) {
      mkdirSync(join(bench.workspace, "out"));
      writeFileSync(join(bench.workspace, "own"), "mine\n");
      const script = "cat own; echo x > new; echo x >> own; rm own; echo x > out/x";
      const writable = [join(bench.workspace, "out")];
      const outcome = await bench.sh(script, { profile: "read-only", writable });
      assert.equal(outcome.stdout.text, "mine\n");
      assert.equal(existsSync(join(bench.workspace, "new")), false);
      assert.equal(readFileSync(join(bench.workspace, "own"), "utf8"), "mine\n");
      assert.equal(existsSync(join(bench.workspace, "out/x")), true);
    },
  },
];

const world: readonly Check[] = [
  {
    title: "no process of the host is visible, and no environment but its own [req:sandbox.proc]",
    async run(bench) {
      const env = { PATH: "/usr/bin:/bin", SECRET: CANARY };
      const host = spawn("sleep", ["600"], { env, stdio: "ignore" });
      const script = "cat /proc/*/environ /proc/*/cmdline /proc/*/task/*/environ; ls -d /proc/[0-9]* | wc -l";
      const { stdout } = await bench.sh(script);
      host.kill("SIGKILL");
      assert.ok(!stdout.text.includes(CANARY));
      assert.ok(Number(stdout.text.trim().split("\n").at(-1)?.split("\0").at(-1)) <= 5, stdout.text);
      const signalled = await bench.sh(`kill -0 ${process.pid}`);
      assert.notEqual(signalled.exitCode, 0);
    },
  },
  {
    title: "without network our own port on loopback is out of reach [req:sandbox.network-none]",
    async run(bench) {
      const spec = bench.spec("node", ["-e", FETCH(await bench.listen())]);
      const outcome = await bench.runner.run(await bench.spawnSpec(spec));
      assert.match(outcome.stdout.text, /^refused/);
    },
  },
  {
    title: "with network the host's network is there [req:sandbox.network-full]",
    async run(bench) {
      const spec = bench.spec("node", ["-e", FETCH(await bench.listen())], { network: "full" });
      const outcome = await bench.runner.run(await bench.spawnSpec(spec));
      assert.equal(outcome.stdout.text, `${CANARY}\n`);
      const resolver = await bench.sh("cat /etc/resolv.conf", { network: "full" });
      assert.equal(resolver.stdout.text, readFileSync("/etc/resolv.conf", "utf8"));
    },
  },
  {
    title: "its environment is what it was given, and the runner's marks [req:sandbox.env]",
    async run(bench) {
      const given = {
        PATH: "/usr/bin:/bin",
        HOME: bench.home,
        KEY: "a=b\nc'\"$x",
        LD_LIBRARY_PATH: "/nowhere",
      };
      const outcome = await bench.runner.run(
        await bench.spawnSpec(bench.spec("env", ["-0"], { env: given })),
      );
      const pairs = outcome.stdout.text.split("\0").filter((line) => line !== "");
      const {
        HARNESS_OWNER: owner,
        PWD: pwd,
        SHLVL: _level,
        _: _program,
        ...rest
      } = Object.fromEntries(
        pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
      );
      assert.deepEqual(rest, { ...given, HARNESS_RUN: bench.cookie });
      assert.equal(pwd, bench.workspace);
      assert.ok(owner);
    },
  },
  {
    title: "it has no capability, can gain none and cannot undo the mounts [req:sandbox.privileges]",
    async run(bench) {
      const { stdout } = await bench.sh("cat /proc/self/status");
      assert.match(stdout.text, /^CapPrm:\s*0+$/m);
      assert.match(stdout.text, /^CapEff:\s*0+$/m);
      assert.match(stdout.text, /^NoNewPrivs:\s*1$/m);
      const attempts = [
        "mount -t tmpfs none /mnt",
        "umount -l /etc",
        "mount -o remount,bind,rw /usr",
        "unshare -Urm sh -c 'umount /etc/shadow && cat /etc/shadow'",
        "unshare -Urm sh -c 'mount -o remount,bind,rw /usr && touch /usr/harness-x'",
        "chroot /proc/1/root/../.. true && cat /proc/1/root/etc/hostname && false",
      ];
      for (const attempt of attempts) assert.notEqual((await bench.sh(attempt)).exitCode, 0, attempt);
    },
  },
  {
    title: "kernel settings cannot be changed, also not by root [req:sandbox.machine]",
    async run(bench) {
      const script =
        "for f in $(find /proc/sys /proc/irq /proc/bus /proc/sysrq-trigger /proc/acpi -type f 2>/dev/null); do " +
        "test -w $f && echo $f && echo 7 > $f; done; ls /sys /boot 2>/dev/null";
      const before = OWN_IPC.map((file) => readFileSync(file, "utf8"));
      const { stdout } = await bench.sh(script);
      const own = ["", LAST_PID, ...OWN_IPC];
      assert.deepEqual(
        stdout.text.split("\n").filter((line) => !own.includes(line)),
        [],
      );
      assert.deepEqual(
        OWN_IPC.map((file) => readFileSync(file, "utf8")),
        before,
        "those of an own namespace are not the machine's",
      );
    },
  },
];

/** What a driver has to pass on every machine on which its probe says that it works. */
export const sandboxConformance: readonly Check[] = [
  ...files,
  ...world,
  ...networkChecks,
  ...protectedChecks,
  ...lifeChecks,
];
