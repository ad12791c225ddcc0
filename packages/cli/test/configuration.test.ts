import { noCaps } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { configFlags, parseCommand, parseProjectConfig } from "../../server/src/config/index.ts";
import { VERSION } from "../../server/src/version.ts";
import { projectFileText } from "../src/commands/init.ts";
import { serveFlags } from "../src/commands/serve.ts";
import { splitCommand } from "../src/split-command.ts";
import { version } from "../src/version.ts";

describe("the version", () => {
  it("of the command is the server's [req:cli.serve-flags]", () => expect(version).toBe(VERSION));
});

describe("harness serve", () => {
  it("takes the flags of the configuration and no other [req:cli.serve-flags]", () => {
    const known = configFlags().map(({ flag, takesValue, repeatable }) => ({ flag, takesValue, repeatable }));
    const taken = serveFlags.map(({ path, flags, many }) => ({
      flag: path,
      takesValue: flags.includes("<"),
      repeatable: many === true,
    }));
    const byFlag = (a: { flag: string }, b: { flag: string }) => a.flag.localeCompare(b.flag);
    expect(taken.sort(byFlag)).toEqual(known.sort(byFlag));
  });
});

describe("a command given as an option", () => {
  it.each(["npm test", "a 'b c' \"d e\" f\\ g", "x ''", 'say "a\\"b"', "  make   all "])(
    "%s is split as the configuration splits it [req:cli.project-add]",
    (text) => expect(splitCommand(text, "--validation")).toEqual(parseCommand(text)),
  );

  it.each(["a | b", "a && b", "echo $HOME", "a > b", "`x`", "'open", "", '"$(x)"'])(
    "%s is refused by both [req:cli.project-add]",
    (text) => {
      expect(() => parseCommand(text)).toThrow();
      expect(() => splitCommand(text, "--validation")).toThrow(/--validation/);
    },
  );
});

describe("the file harness init writes", () => {
  const settings = {
    base_branch: "main",
    branch_prefix: "harness/",
    setup: [["npm", "ci"]],
    copy_files: [".env"],
    cache_dirs: ["node_modules"],
    validation: [{ name: "test", argv: ["npm", "test", "--", 'say "hi"'] }],
    validation_timeout_secs: 600,
    agent: "auto",
    review: { enabled: true, reviewer_agent: null, max_rounds: 3, allow_same_agent: false },
    max_concurrent: 4,
    lfs: false,
    submodules: false,
    night_limits: noCaps,
    takeover: false,
    sandbox: null,
    templates: {},
    protected_paths: [],
    allowed_hosts: [],
  };
  const file = { sha256: null, approved_sha256: null, state: "absent" as const, text: null, rules: null };
  const proposal = { root: "/r", name: "r", languages: ["javascript"], settings, file, notes: [] };

  it("says what was detected, in the form Harness reads [req:cli.init]", () => {
    const read = parseProjectConfig(projectFileText(proposal), "config.toml").settings;
    expect(read).toMatchObject({ base_branch: "main", setup: [["npm", "ci"]], copy_files: [".env"] });
    expect(read.validation).toMatchObject([{ argv: ["npm", "test", "--", 'say "hi"'] }]);
  });

  it("can be read with every comment taken away, too [req:cli.init]", () => {
    const open = projectFileText(proposal).replace(/^# (\w+ = )/gm, "$1");
    expect(parseProjectConfig(open, "config.toml").settings.max_concurrent).toBe(4);
  });

  it("can be read when nothing was detected [req:cli.init]", () => {
    const bare = { ...settings, setup: [], validation: [], copy_files: [], cache_dirs: [] };
    expect(() =>
      parseProjectConfig(projectFileText({ ...proposal, settings: bare }), "c.toml"),
    ).not.toThrow();
  });
});
