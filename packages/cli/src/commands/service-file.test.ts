import { describe, expect, it } from "vitest";
import { launchdPlist, type ServicePlan, serviceMark, systemdUnit } from "./service-file.ts";

const plan: ServicePlan = {
  argv: [
    "/opt/my node $HOME/100%/node",
    '/home/a "b" \\c/harness.js',
    "serve",
    "--data-dir",
    "/data/$USER/50% & <more>",
    ";",
    "it's",
  ],
  environment: { PATH: "/home/a b/bin:/usr/bin", CODEX_HOME: '/x/"y"/%h/$z' },
  home: "/home/a & b",
  logDir: "/data/logs",
  stopSecs: 45,
};

/** The values of a key of a unit. */
function valuesOf(unit: string, key: string): string[] {
  return unit
    .split("\n")
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}

/** Splits and unquotes as systemd.syntax(7) says, then expands what is left: `%%` always, `$$` where variables are. */
function words(text: string): string[] {
  const found: string[] = [];
  for (const [, quotedWord, bare] of text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)) {
    const word = quotedWord === undefined ? (bare ?? "") : quotedWord.replace(/\\(.)/g, "$1");
    expect(word.replaceAll("%%", ""), "an unescaped specifier").not.toContain("%");
    found.push(word.replaceAll("%%", "%"));
  }
  return found;
}

function execWords(text: string): string[] {
  const [file = "", ...rest] = words(text);
  for (const word of rest) expect(word.replaceAll("$$", ""), "an unescaped variable").not.toContain("$");
  return [file, ...rest.map((word) => word.replaceAll("$$", "$"))];
}

describe("a systemd unit", () => {
  const unit = systemdUnit(plan);

  it("runs exactly this command line, whatever its paths hold [req:up.service-own]", () => {
    const [line = ""] = valuesOf(unit, "ExecStart");
    expect(execWords(line)).toEqual(plan.argv);
    // A bare semicolon would begin a second command.
    expect(line).not.toMatch(/(^|\s);(\s|$)/);
  });

  it("gives exactly this environment [req:up.service-own]", () => {
    expect(valuesOf(unit, "Environment").map((value) => words(value))).toEqual([
      ["PATH=/home/a b/bin:/usr/bin"],
      ['CODEX_HOME=/x/"y"/%h/$z'],
      ["HARNESS_RUN_BY=systemd"],
    ]);
  });

  it("starts the server again, and leaves it the time of its drain to stop [req:up.service]", () => {
    expect(unit).toContain(serviceMark);
    expect(valuesOf(unit, "Restart")).toEqual(["always"]);
    expect(valuesOf(unit, "KillMode")).toEqual(["mixed"]);
    expect(valuesOf(unit, "TimeoutStopSec")).toEqual(["45"]);
    expect(valuesOf(unit, "WantedBy")).toEqual(["default.target"]);
  });
});

/** The texts of a plist in order. A well-formed one has no bare `&` or `<` in a text. */
function textsOf(plist: string): string[] {
  return [...plist.matchAll(/<(string|key|integer)>([^<]*)<\/\1>/g)].map(([, , text = ""]) => {
    expect(text.replaceAll(/&(amp|lt|gt);/g, "")).not.toContain("&");
    return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  });
}

describe("a launchd agent", () => {
  const plist = launchdPlist(plan);
  const texts = textsOf(plist);

  it("runs exactly this command line in this environment, whatever its paths hold [req:up.service-own]", () => {
    const from = texts.indexOf("ProgramArguments") + 1;
    expect(texts.slice(from, from + plan.argv.length)).toEqual(plan.argv);
    const at = texts.indexOf("EnvironmentVariables") + 1;
    expect(texts.slice(at, at + 6)).toEqual([
      ...Object.entries(plan.environment).flat(),
      "HARNESS_RUN_BY",
      "launchd",
    ]);
    expect(texts[texts.indexOf("WorkingDirectory") + 1]).toBe(plan.home);
  });

  it("is well-formed, is kept alive, and names itself [req:up.service]", () => {
    const open: string[] = [];
    for (const [, close, name = "", self] of plist.matchAll(/<(\/?)([a-z]+)(?:\s[^>]*?)?(\/?)>/g)) {
      if (self) continue;
      if (close) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
    const [, comment = ""] = /<!--(.*?)-->/.exec(plist) ?? [];
    expect(comment).toContain(serviceMark);
    expect(comment).not.toContain("--");
    expect(texts[texts.indexOf("Label") + 1]).toBe("dev.harness");
    expect(plist).toMatch(/<key>KeepAlive<\/key>\s*<true\/>/);
    expect(texts[texts.indexOf("ExitTimeOut") + 1]).toBe("45");
  });
});
