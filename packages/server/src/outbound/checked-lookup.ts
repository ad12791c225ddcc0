import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { type OutboundRules, refusedAddress } from "./address-rules.ts";

/** Resolves a name to all of its addresses. */
export type Resolve = (
  host: string,
  done: (
    error: Error | null,
    found: readonly { readonly address: string; readonly family: number }[],
  ) => void,
) => void;

/** The system's own resolver. */
export const systemResolve: Resolve = (host, done) => {
  lookup(host, { all: true }, (error, found) => done(error, found ?? []));
};

/**
 * The lookup of a connection: the name is resolved once, all it leads to is checked, and the connection goes to one of
 * exactly these addresses. So a name that leads elsewhere a moment later leads nowhere.
 */
export function checkedLookup(rules: OutboundRules, resolve: Resolve = systemResolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, found) => {
      const wrong = found
        .map(({ address }) => refusedAddress(hostname.toLowerCase(), address, rules))
        .find((one) => one !== undefined);
      const first = found[0];
      if (error || wrong !== undefined || !first)
        callback(error ?? new Error(wrong ?? `${hostname} leads nowhere`), "", 4);
      else if (options.all) callback(null, [...found]);
      else callback(null, first.address, first.family);
    });
  };
}
