import type { HostWorld } from "./host-world.ts";

const JSON_HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

/** How a host with sessions begins. */
export const INITIALIZE = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bare", version: "1" },
  },
} as const;

/** A request by its method. */
export function call(method: string, params: object = {}, id: number | string = 1) {
  return { jsonrpc: "2.0", id, method, params };
}

/** Sends one message as a host does, without any library. */
export function post(
  world: Pick<HostWorld, "mcp">,
  message: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return world.mcp({
    method: "POST",
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify(message),
  });
}

/** Begins a session and answers its id. */
export async function begin(
  world: Pick<HostWorld, "mcp">,
  headers: Record<string, string> = {},
): Promise<{ session: string; status: number }> {
  const response = await post(world, INITIALIZE, headers);
  const session = response.headers.get("mcp-session-id") ?? "";
  await response.text();
  if (response.ok)
    await post(
      world,
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { ...headers, "mcp-session-id": session },
    );
  return { session, status: response.status };
}

/** The messages in the text of a stream. */
export function messages(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: ") && line.length > 6)
    .map((line): unknown => JSON.parse(line.slice(6)));
}
