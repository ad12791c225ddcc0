import { expect, it } from "vitest";
import { userNamespaceFix } from "./user-namespaces.ts";

it("names the command for what the kernel is found to refuse [req:sandbox.doctor]", async () => {
  const fix = (settings: Record<string, string>) =>
    userNamespaceFix(async (file) => settings[file.split("/").at(-1) ?? ""]);
  expect(await fix({ apparmor_restrict_unprivileged_userns: "1" })).toMatch(
    /apparmor-profiles.*bwrap-userns-restrict.*apparmor_restrict_unprivileged_userns=0/,
  );
  expect(await fix({ unprivileged_userns_clone: "0" })).toContain("kernel.unprivileged_userns_clone=1");
  expect(await fix({ max_user_namespaces: "0" })).toContain("user.max_user_namespaces=15000");
  expect(await fix({ max_user_namespaces: "96365" })).toContain("seccomp");
});
