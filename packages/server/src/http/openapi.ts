import {
  commonErrors,
  type ErrorCode,
  errorCatalogue,
  type OperationName,
  operations,
  Problem,
  parseRoute,
  rpcPath,
  streams,
} from "@harness/protocol";
import { z } from "zod";

type Json = Record<string, unknown>;

/** The whole HTTP surface as OpenAPI 3.1, from the operation and stream tables. Made when first asked for. */
export function buildOpenApi(version: string): Json {
  const names = Object.keys(operations) as OperationName[];
  const results = convert(
    z.object({
      ...Object.fromEntries(names.map((name) => [name, operations[name].result])),
      Problem,
      ...Object.fromEntries(Object.entries(streams).map(([name, row]) => [`stream/${name}`, row.frame])),
    }),
    "output",
  );
  const params = convert(
    z.object(Object.fromEntries(names.map((name) => [name, operations[name].params]))),
    "input",
  );
  const schemas = { ...params.schemas, ...results.schemas };
  const paths: Record<string, Json> = {};
  for (const name of names) {
    operations[name].http.forEach((route, index) => {
      const { method, path } = parseRoute(route);
      paths[path] = {
        ...paths[path],
        [method.toLowerCase()]: operationEntry(
          name,
          { index, method, path },
          params.properties[name] as Json,
          results.properties[name] as Json,
        ),
      };
    });
  }
  for (const [name, row] of Object.entries(streams)) {
    if (row.transport === "sse")
      paths[row.path] = { get: streamEntry(name, row, results.properties[`stream/${name}`] as Json) };
  }
  paths[rpcPath] = { post: rpcEntry() };
  return {
    openapi: "3.1.0",
    info: {
      title: "Harness",
      version,
      description: "Mission control for coding agents.",
      license: { name: "MIT", identifier: "MIT" },
    },
    security: [{ token: [] }],
    paths,
    components: { schemas, securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  };
}

/** JSON Schema of one object's properties, its named parts moved to the components. Results stay open for new fields. */
function convert(schema: z.ZodObject, io: "input" | "output"): { properties: Json; schemas: Json } {
  const made = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    override: ({ zodSchema, jsonSchema }) => {
      const strict = zodSchema instanceof z.ZodObject && zodSchema.def.catchall instanceof z.ZodNever;
      if (io === "output" && !strict) delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify({ properties: made.properties, $defs: made.$defs ?? {} }).replaceAll(
    "#/$defs/",
    "#/components/schemas/",
  );
  const moved = z
    .object({ properties: z.record(z.string(), z.unknown()), $defs: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(text));
  const schemas: Json = {};
  for (const [name, part] of Object.entries(moved.$defs)) {
    const { id: _id, $id: _ref, ...rest } = part as Json;
    schemas[name] = rest;
  }
  return { properties: moved.properties, schemas };
}

function operationEntry(
  name: OperationName,
  route: { index: number; method: string; path: string },
  params: Json,
  result: Json,
): Json {
  const row = operations[name];
  const properties = (params["properties"] ?? {}) as Record<string, Json>;
  const required = new Set((params["required"] ?? []) as string[]);
  const inPath = new Set(parseRoute(`${route.method} ${route.path}` as "GET /").names);
  const inQuery = route.method === "GET" || route.method === "DELETE";
  const parameters = Object.entries(properties)
    .filter(([key]) => inPath.has(key) || inQuery)
    .map(([key, schema]) => ({
      name: key,
      in: inPath.has(key) ? "path" : "query",
      required: inPath.has(key) || required.has(key),
      schema,
    }));
  const body = Object.fromEntries(Object.entries(properties).filter(([key]) => !inPath.has(key)));
  const needed = [...required].filter((key) => !inPath.has(key));
  const success = String(("status" in row ? row.status : undefined) ?? 200);
  return {
    operationId:
      route.index === 0 ? name.replace("/", "_") : `${name.replace("/", "_")}_alias_${route.index}`,
    summary: row.summary,
    tags: [name.split("/")[0]],
    ...(route.index > 0 ? { deprecated: true } : {}),
    ...(row.scope === "open" ? { security: [] } : {}),
    parameters: [
      "idempotent" in row
        ? [
            {
              name: "Idempotency-Key",
              in: "header",
              required: false,
              schema: { type: "string", minLength: 1, maxLength: 255 },
            },
          ]
        : [],
      parameters,
    ].flat(),
    ...(inQuery
      ? {}
      : {
          requestBody: {
            required: needed.length > 0,
            content: {
              "application/json": {
                schema: { type: "object", properties: body, required: needed, additionalProperties: false },
              },
            },
          },
        }),
    responses: {
      [success]: {
        description: row.summary,
        ...(success === "204" ? {} : { content: { "application/json": { schema: result } } }),
      },
      ...problemResponses(row.errors),
    },
    "x-scope": row.scope,
    "x-mcp": row.mcp,
  };
}

function streamEntry(name: string, row: (typeof streams)[keyof typeof streams], frame: Json): Json {
  const made = z.toJSONSchema(row.params, { io: "input" }) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const parameters = Object.entries(made.properties ?? {}).map(([key, schema]) => ({
    name: key,
    in: row.path.includes(`{${key}}`) ? "path" : "query",
    required: row.path.includes(`{${key}}`),
    schema,
  }));
  return {
    operationId: `stream_${name}`,
    summary: row.summary,
    tags: ["streams"],
    parameters: [
      ...parameters,
      { name: "Last-Event-ID", in: "header", required: false, schema: { type: "string" } },
    ],
    responses: {
      200: { description: row.summary, content: { "text/event-stream": { schema: frame } } },
      ...problemResponses(["task_not_found", "thread_not_found", "project_not_found"]),
    },
  };
}

/** JSON-RPC is one path; what may be in its body is told by the operations. */
function rpcEntry(): Json {
  const message = { type: "object", required: ["jsonrpc"], properties: { jsonrpc: { const: "2.0" } } };
  const content = {
    "application/json": { schema: { oneOf: [message, { type: "array", minItems: 1, items: message }] } },
  };
  const summary = "Every operation as a method of JSON-RPC 2.0, one message or a batch";
  return {
    operationId: "json_rpc",
    summary,
    tags: ["rpc"],
    parameters: [],
    requestBody: { required: true, content },
    responses: {
      200: { description: "The answer, refused or not", content },
      204: { description: "There is nothing to answer" },
      ...problemResponses([]),
    },
  };
}

/** One response for each status the operation's codes map to, naming the codes. */
function problemResponses(codes: readonly ErrorCode[]): Json {
  const byStatus = Map.groupBy([...commonErrors, ...codes], (code) => errorCatalogue[code].http);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `${code}: ${errorCatalogue[code].summary}`).join(" "),
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );
}
