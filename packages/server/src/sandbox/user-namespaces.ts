import { readFile } from "node:fs/promises";

const SETTINGS = {
  apparmor: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
  clone: "/proc/sys/kernel/unprivileged_userns_clone",
  most: "/proc/sys/user/max_user_namespaces",
} as const;

/** Reads one setting of the kernel; undefined where there is none. */
export type ReadSetting = (file: string) => Promise<string | undefined>;

const fromKernel: ReadSetting = (file) =>
  readFile(file, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );

/** What makes a kernel that refuses user namespaces give them: the commands for what is found to be set here. */
export async function userNamespaceFix(read: ReadSetting = fromKernel): Promise<string> {
  const [apparmor, clone, most] = await Promise.all([
    read(SETTINGS.apparmor),
    read(SETTINGS.clone),
    read(SETTINGS.most),
  ]);
  const keep = (setting: string) =>
    `echo '${setting}' | sudo tee -a /etc/sysctl.d/60-harness.conf && sudo sysctl --system`;
  const fixes = [
    ...(apparmor === "1"
      ? [
          "AppArmor refuses user namespaces to programs without a profile (Ubuntu 23.10 and newer). Give bwrap its profile: " +
            "sudo apt-get install apparmor-profiles && sudo ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/bwrap-userns-restrict && sudo apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict. " +
            `Or allow all programs: ${keep("kernel.apparmor_restrict_unprivileged_userns=0")}`,
        ]
      : []),
    ...(clone === "0" ? [`Allow user namespaces: ${keep("kernel.unprivileged_userns_clone=1")}`] : []),
    ...(most === "0" ? [`Allow user namespaces: ${keep("user.max_user_namespaces=15000")}`] : []),
  ];
  if (fixes.length > 0) return fixes.join(" ");
  return "The kernel's settings allow user namespaces, so something around this process refuses them: in a container, start it with a seccomp profile that allows unshare and mount (docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined), or run Harness outside of it.";
}
