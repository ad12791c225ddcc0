import type { AppOptions, Ground } from "./ground.ts";
import { Notifier, senderOf } from "./notifications/index.ts";

/** What tells people: the configured channels over the event log. */
export function buildNotifier(
  ground: Ground,
  { env, platform }: Pick<AppOptions, "env" | "platform">,
): Notifier {
  const { notify, server } = ground.loaded.config;
  const { runner, clock, paths, redactor, secrets, outbound } = ground;
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  const deps = { runner, clock, redact: redactor.redact, secrets, outbound, env, platform, cwd: paths.root };
  return new Notifier(
    {
      ...ground,
      redact: redactor.redact,
      channels: notify.channels.map((config) => ({ config, sender: senderOf(config, deps) })),
      batchMs: notify.batch_secs * 1000,
      timeZone: notify.timezone,
    },
    // As a header can hold it: a name of other letters is written in ASCII.
    new URL(notify.link_base ?? `http://${host}:${server.port}`).href.replace(/\/+$/, ""),
  );
}
