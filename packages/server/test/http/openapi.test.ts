import { commonErrors, errorCatalogue, operations, parseRoute, rpcPath, streams } from "@harness/protocol";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../support/test-server.ts";
import { Document } from "./published.ts";

let server: TestServer;
let text: string;
let document: Document;
beforeAll(async () => {
  server = await testServer();
  text = await (await server.fetch("/openapi.json")).text();
  document = Document.parse(JSON.parse(text));
});
afterAll(() => server[Symbol.asyncDispose]());

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1 [req:http.openapi]", async () => {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse(text));
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("has no reference that leads nowhere and no component nobody refers to [req:http.openapi]", () => {
    const used = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((hit) => hit[1]!),
    );
    expect(text).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/)/);
    for (const name of used) expect(Object.keys(document.components.schemas)).toContain(name);
    for (const name of [
      "Task",
      "TaskDetail",
      "Project",
      "Problem",
      "Event",
      "StreamItem",
      "EventFrame",
      "Proof",
    ])
      expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it("has every route of the tables and no other [req:http.openapi]", () => {
    const routes = Object.values(operations).flatMap((row) => row.http.map((route) => `${route}`));
    const feeds = Object.values(streams)
      .filter((row) => row.transport === "sse")
      .map((row) => `GET ${row.path}`);
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.sort()).toEqual([...routes, ...feeds, `POST ${rpcPath}`].sort());
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((entry) => entry.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it("says of every operation how it can fail, as a Problem, and names the codes [req:http.openapi]", () => {
    for (const [name, row] of Object.entries(operations)) {
      for (const route of row.http) {
        const { method, path, names } = parseRoute(route);
        const entry = document.paths[path]?.[method.toLowerCase()];
        expect(entry, name).toBeDefined();
        for (const code of [...commonErrors, ...row.errors]) {
          const response = entry!.responses[String(errorCatalogue[code].http)];
          expect(response?.description, `${name} ${code}`).toContain(`${code}:`);
          expect(response?.content?.["application/problem+json"]?.schema.$ref).toBe(
            "#/components/schemas/Problem",
          );
        }
        const parts = entry!.parameters.filter((one) => one.in === "path");
        expect(parts.map((one) => one.name).sort()).toEqual([...names].sort());
        expect(parts.every((one) => one.required)).toBe(true);
        expect(entry!.requestBody === undefined).toBe(method === "GET" || method === "DELETE");
        if (entry!.requestBody)
          expect(entry!.requestBody.content["application/json"]?.schema.additionalProperties).toBe(false);
        expect(entry!.security).toEqual(row.scope === "open" ? [] : undefined);
      }
    }
  });

  it("tells clients to expect new fields in answers [req:http.openapi]", () => {
    for (const name of ["Task", "Project", "Problem"])
      expect(document.components.schemas[name]?.additionalProperties).toBeUndefined();
  });

  it("shows nothing of this install [req:http.openapi]", () => {
    for (const secret of [server.dir, server.token]) expect(text).not.toContain(secret);
  });
});
