export { App } from "./app.tsx";
export { createAppRouter } from "./routes.ts";
