export { createHttpServer, type HttpServer, type HttpServerDeps } from "./http-server.ts";
export { buildOpenApi } from "./openapi.ts";
