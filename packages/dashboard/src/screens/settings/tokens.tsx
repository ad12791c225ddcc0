import type { AccessToken } from "@harness/protocol";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAct, useLive, useRead } from "../../live/index.ts";
import {
  Badge,
  Button,
  CheckBox,
  Confirm,
  Empty,
  Loaded,
  Panel,
  Table,
  Time,
  visibleText,
} from "../../ui/index.ts";
import { TokenDialog } from "./token-dialog.tsx";

type Open = { readonly what: "create" | "rotate" } | { readonly what: "revoke"; readonly token: AccessToken };

/** The tokens of single clients, and replacing the one of the install. */
export function Tokens(): ReactNode {
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<Open | null>(null);
  const read = useRead("token/list", { all }, { keep: true });
  const close = () => setOpen(null);
  return (
    <Panel
      title="Tokens"
      actions={
        <Button onClick={() => setOpen({ what: "create" })}>
          <Plus size={14} aria-hidden /> Make a token
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">
          For programs that may do less than you, each of which can be taken back alone. Agents get their own.
        </p>
        <Loaded read={read} what="the tokens">
          {({ tokens }) =>
            tokens.length === 0 ? (
              <Empty title="No token was made" />
            ) : (
              <TokenTable tokens={tokens} onRevoke={(token) => setOpen({ what: "revoke", token })} />
            )
          }
        </Loaded>
        <CheckBox label="Expired and revoked ones too" checked={all} onChange={setAll} />
        <Button look="danger" className="w-fit" onClick={() => setOpen({ what: "rotate" })}>
          Replace the token of the server …
        </Button>
      </div>
      {open?.what === "create" && <TokenDialog onClose={close} />}
      {open?.what === "revoke" && <Revocation token={open.token} onClose={close} />}
      {open?.what === "rotate" && <Rotation onClose={close} />}
    </Panel>
  );
}

interface TokenTableProps {
  readonly tokens: readonly AccessToken[];
  readonly onRevoke: (token: AccessToken) => void;
}

function TokenTable({ tokens, onRevoke }: TokenTableProps): ReactNode {
  return (
    <Table caption="Tokens" head={["Name", "May", "State", "Made", "Ends", "Actions"]}>
      {tokens.map((token) => (
        <tr key={token.id}>
          <td className="min-w-28 font-medium break-words">{visibleText(token.name)}</td>
          <td>{token.scopes.join(", ")}</td>
          <td>
            <Badge tone={token.state === "valid" ? "working" : "done"}>{token.state}</Badge>
          </td>
          <td className="whitespace-nowrap">
            <Time at={token.created_at} />
          </td>
          <td className="whitespace-nowrap">
            {token.expires_at === null ? "never" : <Time at={token.expires_at} />}
          </td>
          <td>
            {token.state === "valid" && (
              <Button look="danger" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
                Revoke …
              </Button>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Revocation({
  token,
  onClose,
}: {
  readonly token: AccessToken;
  readonly onClose: () => void;
}): ReactNode {
  const revoke = useAct("token/revoke");
  return (
    <Confirm
      title={`Revoke ${token.name}?`}
      action="Revoke the token"
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ token: token.id }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>
        Requests with it are refused at once, and its open streams end. It cannot be made valid again; another
        one can be made.
      </p>
    </Confirm>
  );
}

function Rotation({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { loggedIn } = useLive();
  const rotate = useAct("token/rotate");
  return (
    <Confirm
      title="Replace the token of the server?"
      action="Replace it and log everybody out"
      busy={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate({}, { onSuccess: () => loggedIn.set(false) })}
      onClose={onClose}
    >
      <p>These end at once:</p>
      <ul className="list-disc pl-5">
        <li>every login of a browser, this one too</li>
        <li>requests, streams and sockets with the old token</li>
      </ul>
      <p>
        Tasks go on, tokens of single clients stay valid, and the command line on the machine of the server
        finds the new one by itself. To come back, type <code className="font-mono">harness login</code>{" "}
        there.
      </p>
    </Confirm>
  );
}
