export {
  type ErrorCode,
  type ErrorDetails,
  errorCatalogue,
  HarnessError,
  isHarnessError,
  type Retry,
} from "./errors.ts";
export {
  type Clock,
  createIdFactory,
  type IdKind,
  idPattern,
  idPrefixes,
  type NewId,
  systemClock,
} from "./ids.ts";
