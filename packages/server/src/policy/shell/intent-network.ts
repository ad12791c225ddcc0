import type { ShellWord } from "../verdict.ts";
import { sortOut } from "./operands.ts";

type Network = boolean | readonly string[];
type NetworkIntent = (words: readonly ShellWord[]) => Network;

/** The host in a URL, `user@host:path`, or a bare name; undefined when there is none to be seen. */
export function hostOf(text: string): string | undefined {
  const url =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[0-9a-fA-F:.]+\]|[^/?#:@]*)(?::[0-9]+)?(?:[/?#]|$)/i.exec(text);
  const name = url ? url[1]! : /^(?:[^@/]+@)?([^/:@]+)(?::.*)?$/s.exec(text.split("/")[0]!)?.[1];
  return name !== undefined && /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])$/.test(name)
    ? name.toLowerCase()
    : undefined;
}

/** The hosts of words that each name one; true when a word names none that is known. */
function hostsOf(words: readonly ShellWord[]): Network {
  const hosts = words.map((word) => (word.literal ? hostOf(word.text) : undefined));
  return hosts.length > 0 && hosts.every((host) => host !== undefined) ? [...new Set(hosts)] : true;
}

/** Hosts stand among the operands, in the places given. Other ways to a host make all unknown. */
function named(
  valued: string,
  places: (operands: readonly ShellWord[]) => readonly ShellWord[],
  elsewhere = "",
): NetworkIntent {
  return (words) => {
    const { operands, options } = sortOut(words, valued.split(" "));
    const other = elsewhere.split(" ").some((name) => name !== "" && options.has(name));
    return other ? true : hostsOf(places(operands));
  };
}

/** Subcommands that reach the network. */
function some(pattern: RegExp): NetworkIntent {
  return (words) => {
    const sub = words.find((word) => !word.text.startsWith("-"));
    return sub !== undefined && (!sub.literal || pattern.test(sub.text));
  };
}

/** Only operands with a host in front of a colon are elsewhere. */
const remote: NetworkIntent = (words) => {
  const { operands } = sortOut(words, ["e", "i", "P", "o", "F", "l", "J", "rsh", "exclude", "include"]);
  const far = operands.filter((word) => !word.literal || /^[^/]*:/.test(word.text));
  return far.length === 0 ? false : hostsOf(far);
};

const git: NetworkIntent = (words) => {
  const sub = words.find((word) => !word.text.startsWith("-"));
  if (sub && !sub.literal) return true;
  if (!/^(?:clone|fetch|pull|push|ls-remote|remote|submodule|send-email|archive|lfs)$/.test(sub?.text ?? ""))
    return false;
  const far = words.filter((word) => /^[a-z+]+:\/\/|^[^/\s]+@[^/\s]+:/.test(word.text));
  if (far.length > 0) return hostsOf(far);
  return (
    /^(?:clone|fetch|pull|push|ls-remote|send-email|lfs)$/.test(sub!.text) ||
    words.some(({ text }) => /^(?:update|add|--remote)/.test(text))
  );
};

const all = (operands: readonly ShellWord[]) => operands;
const first = (operands: readonly ShellWord[]) => operands.slice(0, 1);
const always: NetworkIntent = () => true;
const curlValues =
  "o output c cookie-jar D dump-header T upload-file X request H header d data data-raw data-binary json u user A user-agent e referer F form b cookie m max-time w write-out K config retry connect-timeout";
const packages = some(
  /^(?:i|in|ci|install|add|update|up|upgrade|publish|exec|x|dlx|create|init|audit|outdated|view|info|search|login|pack|link|get|sync|lock|pip|tool|run|download|fetch|push)$/,
);

/** Programs whose words say whether they reach the network. */
export const networkIntents: Readonly<Record<string, NetworkIntent>> = {
  ...Object.fromEntries(
    "gh glab hub npx pnpx bunx uvx apt apt-get dnf yum apk brew kubectl helm terraform aws gcloud az ftp tftp dig nslookup whois traceroute mtr nmap openssl socat rclone mail sendmail msmtp"
      .split(" ")
      .map((name) => [name, always]),
  ),
  ...Object.fromEntries(
    "npm pnpm yarn bun pip pip3 uv poetry pipx gem bundle".split(" ").map((name) => [name, packages]),
  ),
  curl: named(curlValues, all, "x proxy K config connect-to resolve socks5 socks4 preproxy unix-socket"),
  wget: named(
    "O output-document o a P directory-prefix i input-file U t T header e execute",
    all,
    "i input-file e execute config",
  ),
  ssh: named("i p o l F J L R D b c E e I m Q S W w B", first, "o F J W"),
  sftp: named("i P o F b J", first, "o F J"),
  ping: named("c i W w s t I M", first),
  ping6: named("c i W w s t I M", first),
  telnet: named("l", first),
  nc: named("p s w q i x X e c T", first, "x"),
  ncat: named("p s w q i e c", first, "proxy"),
  netcat: named("p s w q i x X e c T", first, "x"),
  host: named("t c", first),
  scp: remote,
  rsync: remote,
  git,
  cargo: some(/^(?:install|fetch|update|add|publish|search|login|vendor)$/),
  go: some(/^(?:get|install|mod|work)$/),
  docker: some(/^(?:pull|push|run|build|buildx|login|search|compose|create)$/),
  podman: some(/^(?:pull|push|run|build|login|search|compose|create)$/),
};
