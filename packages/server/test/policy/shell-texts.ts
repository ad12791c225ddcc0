import fc from "fast-check";

/** Pieces of shell texts, and of what shells and parsers read differently. */
const pieces = [
  ..."aa bb cc 'x_y' \"p_q\" \\q a\\_b $X \"$X\" ${X} ${X:-d} ${X:-$(m5)} $(m1) `m2` <(m3) $'x\\n' $'a\\\\' {a,b}".split(
    " ",
  ),
  ..."( ) { } ; & && || | |& ;; >f <f >>f 2>&1 &>g >|h <<<w if then else fi for in do done while case esac !".split(
    " ",
  ),
  ..."[[ ]] [ ] \\\n # #c $((1+1)) = X=1 X+=1 a=b eval command function f() \\ ' \" $ ~ * ? time -- -f ` $( ${ ))".split(
    " ",
  ),
  ..."(( a[0]=1 a=( export local unset echo true x#y \\; \\\" \\' \\$ 'a'b >&f <&1 1>f <( >( =~ == % ^ @(a|b) *) x) é let trap test".split(
    " ",
  ),
  "\n",
  "\t",
  "<<E\naa\nE\n",
  "<<'E'\n$(bb)\nE\n",
  "<<E\n$(m6)\nE\n",
  "<<-E\n\taa\n\tE\n",
  "<<E",
  "\nE\n",
] as const;

/** Texts every part of the grammar occurs in. */
const whole = [
  "aa | bb && cc; dd &",
  "if aa; then bb; elif cc; then dd; else ee; fi",
  "for i in 1 2; do aa $i; done",
  "case x in x) aa;; (a|b) bb ;; *) cc;; esac",
  "while aa; do bb; break; done",
  'aa $(bb "$(cc)") \'x\' "y $(dd)"',
  "f() { aa; bb; }; f",
  "{ aa; bb; } 2>f | (cc; dd) > g",
  "cat <<E | aa\nx $(bb)\nE\ncc",
  "aa <<'E' bb\n$(dd)\nE\nee",
  "X=1 aa b; export Y=$(bb)",
  "aa > f b 2>&1; aa>f;bb<f",
  "[[ -n x && a = b ]] && aa || [ -f x ]; ! bb",
  "eval 'aa; bb'; command cc 'd e'",
  'aa `bb` "`cc`" <(dd) >(ee)',
  "aa \\\n  b \\\n  c # d\ncc",
  "aa \"b\\\"c\" 'd'\\''e' $'f\\tg' ${X%%b} ${X/a/b} $((1+2))",
  "aa <<-E && bb\n\tx\n\tE\ndd",
  "aa \\; bb \\| cc '#' \"#\" x#y #z bb\ncc",
] as const;

const soup = fc
  .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(" ", " ", "")), { minLength: 1, maxLength: 9 })
  .map((parts) => parts.map(([piece, blank]) => piece.replaceAll("_", " ") + blank).join(""));

const changed = fc
  .record({
    text: fc.constantFrom(...whole),
    more: fc.option(fc.tuple(fc.constantFrom("; ", " && ", "\n", " | ", " "), fc.constantFrom(...whole))),
    edits: fc.array(
      fc.record({
        at: fc.nat(999),
        cut: fc.nat(2),
        put: fc.oneof(fc.constant(""), fc.constantFrom(...pieces)),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ text, more, edits }) =>
    edits.reduce(
      (so_far, { at, cut, put }) => {
        const place = at % (so_far.length + 1);
        return so_far.slice(0, place) + put.replaceAll("_", " ") + so_far.slice(place + cut);
      },
      text + (more?.join("") ?? ""),
    ),
  );

/** Shell texts, sound ones and broken ones. */
export const shellText = fc.oneof(soup, changed);

/** A text as one word in single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const one = [
  (text: string) => `bash -c ${quoted(text)}`,
  (text: string) => `sh -ec ${quoted(text)}`,
  (text: string) => `env CI=1 zsh -lc ${quoted(text)}`,
  (text: string) => `sudo -u root timeout -k 1 5 bash -c ${quoted(text)}`,
  (text: string) => `nohup nice -n 3 dash -c ${quoted(text)} &`,
  (text: string) => `find . -exec sh -c ${quoted(text)} \\;`,
  (text: string) => `xargs -0 sh -c ${quoted(text)}`,
  (text: string) => `busybox sh -c ${quoted(text)}`,
  (text: string) => `eval ${quoted(text)}`,
  (text: string) => `trap ${quoted(text)} EXIT`,
  (text: string) => `git -c alias.x=${quoted(`!${text}`)} x`,
  (text: string) => `bash <<'E${text.length}'\n${text}\nE${text.length}`,
  (text: string) => `watch ${quoted(text)}`,
  (text: string) => `echo "a $( ${text}\n) b"`,
  (text: string) => `cat <( ${text}\n) | head`,
  (text: string) => `git status; ${text}\nls`,
  (text: string) => `git status &&\n${text}`,
  (text: string) => `ls | { ${text}\n}`,
  (text: string) => `(cd x\n${text}\n)`,
  (text: string) => `if true; then\n${text}\nfi`,
  (text: string) => `for i in 1 2; do\n${text}\ndone`,
  (text: string) => `while ${text}\ndo ls; done`,
  (text: string) => `case x in x)\n${text}\n;; esac`,
  (text: string) => `f() {\n${text}\n}`,
  (text: string) => `X=$( ${text}\n)`,
  (text: string) => `! (\n${text}\n)`,
] as const;

/** A command inside wrappers, quotes and compound commands, up to five around one another. */
export function nested(command: string): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...one), { maxLength: 5 })
    .map((around) => around.reduce((text, wrap) => wrap(text), command));
}
