/** What a service manager is told about the server. No text of it has control characters. */
export interface ServicePlan {
  /** The command line: an absolute program and its words. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly home: string;
  readonly logDir: string;
  /** Seconds a stopping server may take. */
  readonly stopSecs: number;
}

/** Stands in every file we write; a file without it is somebody else's. */
export const serviceMark = "Written by harness up, which also removes it";

/**
 * A systemd user unit (systemd.service(5)). Exit code 2 means that the settings are wrong: starting again would not
 * help. A stop gives the server the time of its drain; only then everything of it is killed.
 */
export function systemdUnit(plan: ServicePlan): string {
  const environment = Object.entries({ ...plan.environment, HARNESS_RUN_BY: "systemd" });
  return `# ${serviceMark}: harness up --uninstall systemd
[Unit]
Description=Harness, mission control for coding agents
StartLimitIntervalSec=900
StartLimitBurst=10

[Service]
Type=exec
ExecStart=${execLine(plan.argv)}
WorkingDirectory=~
${environment.map(([name, value]) => `Environment=${quoted(`${name}=${value}`.replaceAll("%", "%%"))}`).join("\n")}
EnvironmentFile=-%h/.config/harness/environment
Restart=always
RestartSec=2
RestartPreventExitStatus=2
KillMode=mixed
TimeoutStopSec=${plan.stopSecs}

[Install]
WantedBy=default.target
`;
}

/** The program's own path is not searched for variables, its arguments are: a dollar is doubled in those only. */
function execLine([file = "", ...words]: readonly string[]): string {
  const plain = [file, ...words.map((word) => word.replaceAll("$", "$$$$"))];
  return plain.map((word) => quoted(word.replaceAll("%", "%%"))).join(" ");
}

/** A word as systemd unquotes it (systemd.syntax(7)). */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `"${word.replace(/[\\"]/g, "\\$&")}"`;
}

/** A launchd agent (launchd.plist(5)). */
export function launchdPlist(plan: ServicePlan): string {
  const environment = Object.entries({ ...plan.environment, HARNESS_RUN_BY: "launchd" });
  const log = `${plan.logDir}/harness-launchd.log`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${serviceMark}. -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>dev.harness</string>
  <key>ProgramArguments</key>
  <array>
${plan.argv.map((word) => `    <string>${xmlText(word)}</string>`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${environment.map(([name, value]) => `    <key>${xmlText(name)}</key>\n    <string>${xmlText(value)}</string>`).join("\n")}
  </dict>
  <key>WorkingDirectory</key>
  <string>${xmlText(plan.home)}</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>${plan.stopSecs}</integer>
  <key>StandardOutPath</key>
  <string>${xmlText(log)}</string>
  <key>StandardErrorPath</key>
  <string>${xmlText(log)}</string>
</dict>
</plist>
`;
}

function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
