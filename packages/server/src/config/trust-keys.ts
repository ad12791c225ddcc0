import { z } from "zod";
import { key } from "./key.ts";
import { bool, structure } from "./value-type.ts";

const names = z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)).max(100);

const proxies = z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).max(100);
const hosts = z.array(z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/)).max(100);
const fingerprints = z.array(z.string().regex(/^[0-9a-f]{16}$/)).max(1000);

/** Settings of what is trusted beyond what Harness made itself. */
export const trustKeys = {
  "server.trusted_proxies": key(
    structure(proxies, "a list of addresses or networks, such as 10.0.0.0/8"),
    [],
    "Proxies whose `X-Forwarded-For` is believed, for the limit of requests and the access log; from anybody else the header is ignored. Nothing a header says ever gives a right.",
  ),
  "server.access_log": key(
    bool,
    false,
    "Write each answered request to the runtime log: method, route, status, time, who and from where; never an address with its query.",
  ),
  "agents.talk_back": key(
    structure(names, "a list of names of agents"),
    [],
    "Agents that get a token for their own task while they work, as `HARNESS_TASK_TOKEN` with `HARNESS_TASK_URL`: with it they read their task, report and ask a person, over `/own-task` or as MCP tools at `/mcp`, and nothing else. Without a network (`sandbox.agent_network`) they get none.",
  ),
  "egress.private_hosts": key(
    structure(hosts, "a list of host names"),
    [],
    "Names that may lead into your own network, such as `ollama.lan`, and be reached over plain http. Addresses written as numbers, and localhost, need no leave; any other name that leads there is refused.",
  ),
  "egress.allow": key(
    structure(fingerprints, "a list of fingerprints, 16 hexadecimal digits each"),
    [],
    "Fingerprints of texts that look like secrets and may be published all the same, such as fixtures of tests. The reason of a task that waits for `secret_egress` names them. Secrets this server itself uses never pass.",
  ),
} as const;
