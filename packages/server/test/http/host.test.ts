import { Problem } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAnswer, type TestServer, testServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

describe("the Host header", () => {
  const head = (host: string, more = "") =>
    `GET /tasks HTTP/1.1\r\n${host}Authorization: Bearer ${server.token}\r\n${more}Connection: close\r\n\r\n`;
  const refused: Record<string, () => string> = {
    "another name": () => head("Host: evil.com\r\n"),
    "another name with our port": () => head(`Host: evil.com:${server.port}\r\n`),
    "a name that resolves to us": () => head(`Host: 127.0.0.1.nip.io:${server.port}\r\n`),
    "a subdomain trick": () => head(`Host: localhost.evil.com:${server.port}\r\n`),
    "user information": () => head(`Host: localhost@evil.com:${server.port}\r\n`),
    "our name as user information": () => head(`Host: evil.com@localhost:${server.port}\r\n`),
    "a trailing dot": () => head(`Host: localhost.:${server.port}\r\n`),
    "a longer IPv6 name": () => head(`Host: [::1].evil.com:${server.port}\r\n`),
    "another loopback address": () => head(`Host: 127.0.0.2:${server.port}\r\n`),
    "a decimal address": () => head(`Host: 2130706433:${server.port}\r\n`),
    "the wildcard address": () => head(`Host: 0.0.0.0:${server.port}\r\n`),
    "another port": () => head(`Host: 127.0.0.1:${server.port + 1}\r\n`),
    "no port": () => head("Host: 127.0.0.1\r\n"),
    "an empty port": () => head("Host: 127.0.0.1:\r\n"),
    "a list": () => head(`Host: 127.0.0.1:${server.port}, evil.com\r\n`),
    "an empty one": () => head("Host:\r\n"),
    "HTTP/1.0 without one": () => `GET /tasks HTTP/1.0\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
    "HTTP/1.1 without one": () => head(""),
    "two of them": () => head(`Host: 127.0.0.1:${server.port}\r\nHost: evil.com\r\n`),
    "the same twice": () => head(`Host: 127.0.0.1:${server.port}\r\nHost: 127.0.0.1:${server.port}\r\n`),
    "a second one behind many headers": () =>
      head(
        `Host: 127.0.0.1:${server.port}\r\n${Array.from({ length: 2100 }, () => "a:b\r\n").join("")}Host: evil.com\r\n`,
      ),
    "an address as target": () =>
      `GET http://evil.com/tasks HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`,
    "our own address as target": () =>
      `GET http://127.0.0.1:${server.port}/tasks HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`,
    "an open route": () => "GET /health HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n",
    "a route that does not exist": () =>
      "GET /nothing HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n",
    "an address that cannot be decoded": () =>
      "GET /%zz HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n",
    "a body that never comes": () =>
      "POST /tasks HTTP/1.1\r\nHost: evil.com\r\nContent-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n",
  };

  it.each(Object.keys(refused))("%s is refused before anything is routed [req:http.host]", async (name) => {
    const { status, body, headers } = parseAnswer(await server.raw(refused[name]!()));
    expect([400, 403, 431]).toContain(status);
    expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(["host_refused", "invalid_request"]).toContain(Problem.parse(JSON.parse(body)).code);
    expect(headers.has("access-control-allow-origin")).toBe(false);
  });

  it.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])("%s is ours [req:http.host]", async (name) => {
    const answer = await server.raw(head(`Host: ${name}:${server.port}\r\n`));
    expect(parseAnswer(answer).status).toBe(200);
  });
});
