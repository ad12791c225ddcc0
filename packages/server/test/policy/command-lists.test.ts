import { describe, expect, it } from "vitest";
import type { ListsPlace } from "../../src/policy/command-lists.ts";
import { type CommandLists, createShellReader, listSettings } from "../../src/policy/index.ts";

const shell = await createShellReader();
const workspace = "/w/tree";
const none: CommandLists = {
  allowed_commands: [],
  blocked_commands: [],
  allowed_dirs: [],
  writable_dirs: [],
};

function segments(command: string) {
  const reading = shell.read(command);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.segments;
}

const RANK = { allow: 0, prompt: 1, forbidden: 2 } as const;
/** The strictest answer to the segments of a command; allow where the lists have nothing to add. */
function answer(command: string, lists: Partial<CommandLists>, place: Partial<ListsPlace> = {}) {
  const settings = listSettings(
    { ...none, ...lists },
    { workspace, profile: "allow_listed", attended: true, ...place },
  );
  const all = segments(command).map((one) => settings.segment(one, null)?.decision ?? "allow");
  return all.reduce((one, other) => (RANK[other] > RANK[one] ? other : one), "allow" as keyof typeof RANK);
}

describe("under allow_listed a person is asked", () => {
  const lists = { allowed_commands: ["git status", "ls", "mkdir", "curl", "npm test"] };

  it.each([
    ["ls -l", "allow"],
    ["git status", "allow"],
    ["git push", "prompt"],
    ["mkdir build", "allow"],
    ["ls && git status", "allow"],
    ["npm test 2>/dev/null", "allow"],
    // A list of beginnings of text would let all of these through.
    ["ls; rm -rf x", "prompt"],
    ["ls && rm x", "prompt"],
    ["ls | sh", "prompt"],
    ["lsof", "prompt"],
    ["ls $(rm x)", "prompt"],
    ["sudo ls", "prompt"],
    ["bash -c 'ls; rm x'", "prompt"],
    // Listed, but with more reach than a list can mean.
    ["curl https://example.com", "prompt"],
    ["mkdir /srv/x", "prompt"],
    ["mkdir ../x", "prompt"],
    ["mkdir ~/x", "prompt"],
    ["mkdir $WHERE", "prompt"],
  ] as const)("%s: %s [req:policy.profiles]", (command, decision) => {
    expect(answer(command, lists)).toBe(decision);
  });

  it("and also when the agent itself declares network or a write outside [req:policy.profiles]", () => {
    const declared = { write_paths: [], network: true };
    expect(answer("npm test", lists, { declared })).toBe("prompt");
    expect(answer("npm test", lists, { declared: { ...declared, network: false } })).toBe("allow");
    expect(answer("npm test", lists, { declared: { write_paths: ["/etc/x"], network: false } })).toBe(
      "prompt",
    );
    expect(answer("npm test", lists, { declared: { write_paths: ["out"], network: false } })).toBe("allow");
  });

  it("unless it writes where the operator said it may, and only there [req:policy.dirs]", () => {
    const dirs = { ...lists, writable_dirs: ["./build", "/srv/cache"] };
    expect(answer("mkdir build/a", dirs)).toBe("allow");
    expect(answer("mkdir /srv/cache/a", dirs)).toBe("allow");
    expect(answer("mkdir src/a", dirs)).toBe("prompt");
  });
});

describe("the other profiles", () => {
  it("strict asks about everything, allow_all about nothing [req:policy.profiles]", () => {
    for (const command of ["ls", "rm -rf /", "curl x"]) {
      expect(answer(command, { allowed_commands: ["ls"] }, { profile: "strict" })).toBe("prompt");
      expect(answer(command, {}, { profile: "allow_all" })).toBe("allow");
    }
    const strict = listSettings(none, { workspace, profile: "strict", attended: true });
    const read = { kind: "read", paths: ["a"], summary: "" };
    expect(strict.action(read, null)).toMatchObject({ decision: "prompt" });
    expect(
      listSettings(none, { workspace, profile: "allow_listed", attended: true }).action(read, null),
    ).toBeNull();
  });

  it.each([
    ["rm x", "forbidden"],
    ["/bin/rm x", "forbidden"],
    ["ls; rm x", "forbidden"],
    ["sudo rm x", "forbidden"],
    ["bash -c 'rm x'", "forbidden"],
    ["find . -exec rm {} ;", "forbidden"],
    ["git push --force", "forbidden"],
    ["git status", "allow"],
    ["sudo ls", "forbidden"],
  ] as const)(
    "%s is %s where it is blocked, whatever the profile [req:policy.blocked]",
    (command, decision) => {
      const blocked_commands = ["rm", "git push --force", "sudo"];
      for (const profile of ["allow_all", "strict", "allow_listed"] as const) {
        const got = answer(command, { blocked_commands, allowed_commands: ["git", "ls", "rm"] }, { profile });
        expect(got).toBe(decision === "allow" && profile === "strict" ? "prompt" : decision);
      }
    },
  );

  it("what may be blocked is asked about, and forbidden where nobody is [req:policy.blocked]", () => {
    const blocked_commands = ["git push"];
    expect(answer("git $WHAT", { blocked_commands }, { profile: "allow_all" })).toBe("prompt");
    expect(answer("git $WHAT", { blocked_commands }, { profile: "allow_all", attended: false })).toBe(
      "forbidden",
    );
  });
});

describe("directories of the operator", () => {
  const settings = (lists: Partial<CommandLists>) =>
    listSettings({ ...none, ...lists }, { workspace, profile: "allow_all", attended: true });

  it("open reading and writing outside the workspace, and narrow writing inside [req:policy.dirs]", () => {
    const { path } = settings({ allowed_dirs: ["/opt/docs"], writable_dirs: ["build", "/srv/out"] });
    expect(path?.("/opt/docs/a", "read")).toMatchObject({ decision: "allow" });
    expect(path?.("/opt/docs/a", "write")).toMatchObject({ decision: "forbidden" });
    expect(path?.("/srv/out/a", "write")).toMatchObject({ decision: "allow" });
    expect(path?.("/srv/outside", "write")).toMatchObject({ decision: "forbidden" });
    expect(path?.("/w/tree/build/a", "write")).toBeNull();
    expect(path?.("/w/tree/src/a", "write")).toMatchObject({ decision: "forbidden" });
    expect(path?.("/w/tree/src/a", "read")).toBeNull();
    expect(settings({}).path?.("/etc/passwd", "read")).toBeNull();
    expect(settings({}).path?.("/w/tree/a", "write")).toBeNull();
  });
});
