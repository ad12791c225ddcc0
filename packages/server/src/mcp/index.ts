export type { McpCaller } from "./caller.ts";
export { conversationTools } from "./conversation-tools.ts";
export { McpEndpoint, type McpEndpointDeps } from "./endpoint.ts";
export { prompts } from "./prompts.ts";
export { fixedResources, resourceTemplates } from "./resources.ts";
export { seedTools } from "./seed-tools.ts";
export { TASKS_EXTENSION } from "./task-handles.ts";
export { taskWaitTool } from "./task-wait.ts";
export { operationTools, toolName } from "./tools.ts";
