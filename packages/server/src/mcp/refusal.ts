/** An answer to a request that never reached the protocol: its status says the same as its error. */
export function refusal(status: number, code: number, message: string, retryAfterSecs?: number): Response {
  const headers = { ...(retryAfterSecs === undefined ? {} : { "retry-after": String(retryAfterSecs) }) };
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers });
}
