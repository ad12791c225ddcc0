export type { Credential } from "./credential.ts";
export { installCredential } from "./credential.ts";
export { Credentials, type CredentialsDeps } from "./credentials.ts";
