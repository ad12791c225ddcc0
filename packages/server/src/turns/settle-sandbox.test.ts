import type { Confinement, SandboxDriverName, SandboxNeed } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import type { Config } from "../config/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { settleSandbox } from "./settle-sandbox.ts";

interface Asked {
  readonly network?: Config["sandbox"]["agent_network"];
  readonly confinement?: Confinement;
  readonly needs?: SandboxNeed;
}

const settle = (
  driver: SandboxDriverName,
  { network = "listed", confinement = "isolated", needs }: Asked,
) => {
  const sandbox = {
    driver,
    confinement,
    probe: async () => ({ ok: true, version: "1" }),
  } as Partial<Sandbox> as Sandbox;
  const settings = {
    driver,
    agent_network: network,
    profile: "workspace-write",
    max_profile: "networked_workspace",
  };
  const config = { sandbox: settings } as unknown as Config;
  return settleSandbox({ sandbox, config }, { profile: null, project: null, needs });
};

describe("the network work runs with", () => {
  it.each([
    ["bwrap", "listed", "isolated"],
    ["unshare", "listed", "isolated"],
    ["srt", "listed", "fenced"],
    ["srt", "none", "fenced"],
    ["srt", "full", "isolated"],
    ["docker", "full", "isolated"],
    ["podman", "none", "isolated"],
  ] as const)("%s gives %s where it is %s", async (driver, network, confinement) => {
    expect(await settle(driver, { network, confinement })).toMatchObject({
      ok: true,
      record: { driver, network },
    });
  });

  it.each([
    ["docker", "listed", "isolated"],
    ["podman", "listed", "isolated"],
    ["srt", "full", "fenced"],
  ] as const)(
    "%s cannot give %s where it is %s, so the work does not run with another [req:network.never-other]",
    async (driver, network, confinement) => {
      const settled = await settle(driver, { network, confinement });
      expect(settled).toMatchObject({ ok: false, why: expect.stringContaining(driver) });
      expect(settled.ok ? "" : settled.fix).toContain("sandbox.agent_network");
    },
  );
});

it("work that needs an isolated sandbox is refused where the driver only fences [req:sandbox.needs-refused]", async () => {
  expect(await settle("srt", { confinement: "fenced", needs: "isolated" })).toMatchObject({
    ok: false,
    why: "It needs a confinement that is isolated, and srt is fenced here.",
    fix: expect.stringContaining("harness doctor"),
  });
  expect(await settle("srt", { confinement: "fenced", needs: "fenced" })).toMatchObject({ ok: true });
  expect(await settle("srt", { confinement: "isolated", needs: "isolated" })).toMatchObject({ ok: true });
  expect(await settle("none", { confinement: "none", needs: "fenced" })).toMatchObject({ ok: false });
});
