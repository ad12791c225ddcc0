export {
  type ErrorCode,
  type ErrorDetails,
  errorCatalogue,
  HarnessError,
  isHarnessError,
  type Retry,
} from "./errors.ts";
export { createIdFactory, type IdKind, idPattern, idPrefixes, type NewId } from "./ids.ts";
