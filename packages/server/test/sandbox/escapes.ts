import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { CANARY, type SandboxBench } from "./bench.ts";
import type { Check } from "./conformance.ts";

/** One way out. The script prints ESCAPED, or the canary, when it has worked. */
interface Attempt {
  readonly name: string;
  /** What is set up outside first. Returns what undoes it. */
  readonly before?: (bench: SandboxBench, host: { pid: number }) => (() => void) | undefined;
  readonly script: (bench: SandboxBench, host: { pid: number }) => string;
  /** Looks outside afterwards. */
  readonly after?: (bench: SandboxBench) => void;
}

const worked = "&& echo ESCAPED";
const node = (code: string) => `node -e '${code}'`;
const unchanged = (file: string) => () => assert.equal(existsSync(file), false, file);

const files: readonly Attempt[] = [
  {
    name: "write beside the workspace",
    script: (b) => `echo x > ${b.neighbour}/x; echo x > ${b.workspace}/../x; true`,
    after: (b) => {
      unchanged(join(b.neighbour, "x"))();
      unchanged(join(b.workspace, "../x"))();
    },
  },
  {
    name: "write through a symlink that leads out",
    before: (b) => {
      symlinkSync(b.repository, join(b.workspace, "out"));
      return undefined;
    },
    script: (b) => `ln -s ${b.home} home; echo x > out/x; echo x > home/.profile2; true`,
    after: (b) => {
      assert.equal(existsSync(join(b.repository, "x")), false);
      assert.equal(existsSync(b.path(".profile2")), false);
    },
  },
  {
    name: "hard link a file of the host into the workspace",
    script: (b) =>
      `ln ${b.path(".ssh/id")} key ${worked}; ln /etc/shadow shadow && cat shadow ${worked}; true`,
  },
  {
    name: "read a file that was hard linked into the workspace by its other name",
    before: (b) => {
      linkSync(b.path(".netrc"), join(b.neighbour, "linked"));
      return undefined;
    },
    script: (b) => `cat ${b.neighbour}/linked ${worked}; true`,
  },
  {
    name: "read another workspace",
    script: (b) => `cat ${b.neighbour}/secret ${worked}; ls ${b.neighbour}/secret ${worked}; true`,
  },
  { name: "read the token", script: (b) => `cat ${b.dataDir}/token ${worked}; true` },
  { name: "read logins and keys", script: (b) => `cat ~/.ssh/id ~/.netrc ${b.path(".login/token")}; true` },
  { name: "read the password file", script: () => `cat /etc/shadow | grep -q : ${worked}; true` },
  {
    name: "find a file by its handle or through another root",
    script: () => `cat /proc/1/root/root/.bashrc ${worked}; ls /proc/1/root/home/* ${worked}; true`,
  },
  {
    name: "leave a program in a place others run from",
    script: (b) =>
      `for d in /usr/local/bin /usr/bin /opt /etc/profile.d /etc/cron.d ${b.home}/.local/bin; do mkdir -p $d; echo x > $d/harness-escape && test -e $d/harness-escape && echo TRIED $d; done; true`,
    after: () => {
      for (const place of ["/usr/local/bin", "/usr/bin", "/opt", "/etc/profile.d", "/etc/cron.d"])
        unchanged(join(place, "harness-escape"))();
    },
  },
  {
    name: "meet others in /tmp, /var/tmp and /dev/shm",
    before: () => {
      for (const dir of ["/tmp", "/dev/shm"]) writeFileSync(join(dir, "harness-canary"), CANARY);
      return () => {
        for (const dir of ["/tmp", "/dev/shm"]) rmSync(join(dir, "harness-canary"), { force: true });
      };
    },
    script: () =>
      `cat /tmp/harness-canary /dev/shm/harness-canary; for d in /tmp /var/tmp /dev/shm; do echo x > $d/harness-out; done; true`,
    after: () => {
      for (const dir of ["/tmp", "/var/tmp", "/dev/shm"]) unchanged(join(dir, "harness-out"))();
    },
  },
  {
    name: "plant a git hook, a filter or another git directory",
    before: (b) => {
      mkdirSync(join(b.workspace, ".git/hooks"), { recursive: true });
      writeFileSync(join(b.workspace, ".git/config"), "[core]\n");
      return undefined;
    },
    script: () =>
      `echo x > .git/hooks/pre-commit ${worked}; echo "[core]hooksPath=/tmp" >> .git/config ${worked}; mv .git .git2 ${worked}; echo "gitdir: /tmp/x" > .git ${worked}; true`,
    after: (b) => assert.equal(readFileSync(join(b.workspace, ".git/config"), "utf8"), "[core]\n"),
  },
  {
    name: "make the settings of an agent that were not there",
    script: () =>
      `for f in .mcp.json opencode.json .claude/settings.json .claude/settings.local.json .codex/config.toml .harness/config.toml; do mkdir -p $(dirname $f); echo "{}" > $f ${worked}; done; true`,
  },
];

const kernel: readonly Attempt[] = [
  {
    name: "mount something",
    script: () => `mount -t tmpfs x /mnt ${worked}; mount --bind / /mnt ${worked}; true`,
  },
  {
    name: "remount a read-only place writable",
    script: () => `mount -o remount,rw / ${worked}; mount -o remount,bind,rw /usr ${worked}; true`,
  },
  { name: "take a cover off", script: () => `umount /proc/sys ${worked}; umount -l /etc ${worked}; true` },
  {
    name: "become root of a new user namespace and undo the mounts from there",
    script: () =>
      `unshare -Urm sh -c 'mount -o remount,bind,rw /usr && touch /usr/harness-escape' ${worked}; unshare -Ur sh -c 'cat /etc/shadow' | grep -q : ${worked}; true`,
    after: unchanged("/usr/harness-escape"),
  },
  {
    name: "enter the namespaces of another process",
    script: () =>
      `nsenter -t 1 -m -p -n sh -c 'ls /root/.bashrc' ${worked}; nsenter --mount=/proc/1/ns/mnt ls /root/.bashrc ${worked}; true`,
  },
  {
    name: "gain rights by a setuid program",
    script: () =>
      `cp /bin/sh s && chmod u+s s && ./s -p -c 'grep -q "CapEff:.*[1-9a-f]" /proc/self/status' ${worked}; su -c true ${worked}; true`,
  },
  {
    name: "read the machine's memory",
    script: () =>
      `head -c1 /dev/mem ${worked}; head -c1 /proc/kcore ${worked}; head -c1 /dev/kmsg ${worked}; true`,
  },
  {
    name: "make a device node",
    script: () =>
      `mknod d b 254 0 && head -c1 d ${worked}; mknod /dev/m c 1 1 && head -c1 /dev/m ${worked}; true`,
  },
  {
    name: "have the kernel run a program by core_pattern",
    script: () => `echo "|/bin/sh" > /proc/sys/kernel/core_pattern ${worked}; true`,
  },
  {
    name: "have the kernel run a program by a control group",
    script: () =>
      `mkdir -p /tmp/cg; mount -t cgroup -o pids x /tmp/cg ${worked}; for d in /sys/fs/cgroup /sys/fs/cgroup/*; do echo /bin/sh > $d/release_agent ${worked}; done 2>/dev/null; true`,
  },
  {
    name: "have the kernel run a program by modprobe or a uevent",
    script: () =>
      `echo /tmp/x > /proc/sys/kernel/modprobe ${worked}; echo /tmp/x > /sys/kernel/uevent_helper ${worked}; true`,
  },
  { name: "restart or crash the machine", script: () => `test -w /proc/sysrq-trigger ${worked}; true` },
  {
    name: "change kernel settings",
    script: () => `cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness ${worked}; true`,
  },
  {
    name: "change the clock or the host's name",
    script: () => `date -s @0 ${worked}; hostname harness-escape; true`,
    after: () => assert.notEqual(readFileSync("/proc/sys/kernel/hostname", "utf8").trim(), "harness-escape"),
  },
];

const processes: readonly Attempt[] = [
  {
    name: "read the environment of other processes",
    script: (_, { pid }) =>
      `cat /proc/${pid}/environ /proc/*/environ | tr "\\0" "\\n" | grep SECRET_OF_HOST; ps eaux | grep SECRET_OF_HOST | grep -v grep; true`,
  },
  {
    name: "end a process of the host",
    script: (_, { pid }) => `kill -0 ${pid} ${worked}; kill -9 ${pid} ${worked}; true`,
  },
  { name: "end every process it can", script: () => `kill -9 -1; true` },
  {
    name: "read or write the memory of another process",
    script: (_, { pid }) =>
      `head -c1 /proc/${pid}/mem ${worked}; cat /proc/${pid}/maps | grep -q . ${worked}; gdb -p ${pid} -batch ${worked}; true`,
  },
  {
    name: "open the files another process has open",
    script: (_, { pid }) =>
      `ls /proc/${pid}/fd/0 ${worked}; cat /proc/${pid}/cwd/package.json ${worked}; true`,
  },
  {
    name: "type into the terminal it was started from",
    script: () =>
      `perl -e 'open(T, "+<", "/dev/tty") or exit 1; ioctl(T, 0x5412, "x") or exit 1;' ${worked}; perl -e 'ioctl(STDIN, 0x5412, "x") or exit 1' ${worked}; true`,
  },
  {
    name: "run code in the wrapper by the loader's variables",
    script: () => `cat /proc/1/environ | tr "\\0" "\\n" | grep -q LD_PRELOAD ${worked}; true`,
  },
];

const world: readonly Attempt[] = [
  {
    name: "reach our own port on loopback",
    script: () =>
      `${node("fetch(`http://127.0.0.1:${process.env.PORT}`).then((r) => r.text()).then(console.log, () => 0)")}; true`,
  },
  {
    name: "reach the network",
    script: () =>
      `${node('require("net").connect(53, "1.1.1.1").on("connect", () => { console.log("ESCAPED"); process.exit() }).on("error", () => process.exit()); setTimeout(() => process.exit(), 2000)')}; true`,
  },
  {
    name: "reach an abstract socket of the host",
    script: () =>
      `${node('require("net").connect("\\0harness-abstract").on("data", (d) => { console.log(String(d)); process.exit() }).on("error", () => process.exit())')}; true`,
  },
  {
    name: "talk to docker, podman, containerd or systemd",
    script: () =>
      `for s in /var/run/docker.sock /run/docker.sock /run/podman/podman.sock /run/containerd/containerd.sock /run/systemd/private /run/systemd/notify; do test -S $s ${worked}; done; true`,
  },
  {
    name: "talk to DBus, an agent of keys or a display",
    script: () =>
      `for s in /run/dbus/system_bus_socket /run/user/*/bus /tmp/.X11-unix/X0 /run/user/*/gnupg/S.gpg-agent /tmp/ssh-*/agent.*; do test -S $s ${worked}; done; echo "$DBUS_SESSION_BUS_ADDRESS$SSH_AUTH_SOCK$DISPLAY" | grep -q . ${worked}; true`,
  },
  {
    name: "ask the cloud for its credentials",
    script: () =>
      `${node('require("net").connect(80, "169.254.169.254").on("connect", () => { console.log("ESCAPED"); process.exit() }).on("error", () => process.exit()); setTimeout(() => process.exit(), 1000)')}; true`,
  },
];

/** At least 25 ways out of a sandbox that have worked somewhere. */
export const attempts: readonly Attempt[] = [...files, ...kernel, ...processes, ...world];

const PROTECTED = [
  ".git/config",
  ".git/hooks",
  ".git/info",
  ".harness",
  ".claude",
  ".codex",
  ".mcp.json",
  "opencode.json",
];

/** Each attempt as a check of the conformance suite. */
export const escapeChecks: readonly Check[] = attempts.map((attempt) => ({
  title: `nobody gets out: ${attempt.name} [req:sandbox.escapes]`,
  async run(bench) {
    const host = spawn("sleep", ["600"], {
      env: { PATH: "/usr/bin:/bin", SECRET_OF_HOST: CANARY },
      stdio: "ignore",
    });
    const server = createServer((socket) => socket.end(CANARY));
    await new Promise<void>((resolve) =>
      server.listen("\0harness-abstract", resolve).once("error", () => resolve()),
    );
    const pid = host.pid!;
    const undo = attempt.before?.(bench, { pid });
    try {
      const env = { ...bench.spec("", []).env, PORT: String(await bench.listen()) };
      const script = attempt.script(bench, { pid });
      const outcome = await bench.sh(script, { protected: PROTECTED, env });
      const said = `${outcome.stdout.text}`;
      assert.ok(
        !said.includes("ESCAPED") && !said.includes(CANARY) && !said.includes("SECRET_OF_HOST"),
        said,
      );
      assert.equal(host.exitCode ?? host.signalCode, null, "the host's process lives");
      await bench.sandbox.reap(bench.workspace);
      attempt.after?.(bench);
    } finally {
      undo?.();
      server.close();
      host.kill("SIGKILL");
    }
  },
}));
