export { type ChildEnvironmentRequest, childEnvironment } from "./child-environment.ts";
export { type EgressFinding, EgressGate, told } from "./egress.ts";
export { type CommandEnd, headerValue, type SecretForm, type SecretSource, Secrets } from "./handle.ts";
export { Redactor, type RedactStream } from "./redactor.ts";
export { createToken, readOrCreateToken, readToken, replaceToken, sameToken } from "./token.ts";
