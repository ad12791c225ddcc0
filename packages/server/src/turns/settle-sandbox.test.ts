import type { SandboxDriverName } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import type { Config } from "../config/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { settleSandbox } from "./settle-sandbox.ts";

const settle = (driver: SandboxDriverName, agent_network: Config["sandbox"]["agent_network"]) => {
  const sandbox = { driver, probe: async () => ({ ok: true, version: "1" }) } as unknown as Sandbox;
  const settings = { driver, agent_network, profile: "workspace-write", max_profile: "networked_workspace" };
  const config = { sandbox: settings } as unknown as Config;
  return settleSandbox({ sandbox, config }, { profile: null, project: null, needs: undefined });
};

describe("the network work runs with", () => {
  it.each([
    ["bwrap", "listed"],
    ["unshare", "listed"],
    ["srt", "listed"],
    ["srt", "none"],
    ["docker", "full"],
    ["podman", "none"],
  ] as const)("%s gives %s", async (driver, network) => {
    expect(await settle(driver, network)).toMatchObject({ ok: true, record: { driver, network } });
  });

  it.each([
    ["docker", "listed"],
    ["podman", "listed"],
    ["srt", "full"],
  ] as const)(
    "%s cannot give %s, so the work does not run with another [req:network.never-other]",
    async (driver, network) => {
      const settled = await settle(driver, network);
      expect(settled).toMatchObject({ ok: false, why: expect.stringContaining(driver) });
      expect(settled.ok ? "" : settled.fix).toContain("sandbox.agent_network");
    },
  );
});
