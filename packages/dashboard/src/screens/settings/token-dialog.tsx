import { type AccessToken, tokenScopes } from "@harness/protocol";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import {
  Button,
  CheckBox,
  CopyText,
  Dialog,
  Field,
  faultAt,
  hasFaultOutside,
  Input,
  Problem,
} from "../../ui/index.ts";

type Scope = AccessToken["scopes"][number];

const scopeWords: Readonly<Record<Scope, string>> = {
  read: "looks at everything",
  submit: "gives and steers work",
  operate: "changes settings and makes tokens",
};

/** Makes a token for one client; it is shown this once. */
export function TokenDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const create = useAct("token/create");
  const made = create.data;
  return (
    <Dialog title="Make a token" onClose={onClose}>
      {made === undefined ? (
        <TokenForm create={create} />
      ) : (
        <div className="flex flex-col gap-3">
          <p role="status">
            This is the token <strong>{made.name}</strong>. It is shown this once: copy it now.
          </p>
          <p className="rounded border bg-page p-2 break-all">
            <CopyText text={made.token} />
          </p>
          <Button className="w-fit" onClick={onClose}>
            I have it
          </Button>
        </div>
      )}
    </Dialog>
  );
}

type Creation = ReturnType<typeof useAct<"token/create">>;

function TokenForm({ create }: { readonly create: Creation }): ReactNode {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read", "submit"]);
  const [expires, setExpires] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({
      name: name.trim(),
      scopes: [...scopes],
      // The field speaks in the time of this machine.
      ...(expires === "" ? {} : { expires_at: new Date(expires).toISOString() }),
    });
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-3">
      <Field
        label="Name"
        hint="What it is for, such as the name of the program"
        error={faultAt(create.error, "name")}
      >
        <Input
          data-first-focus
          required
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">What it may do</legend>
        {tokenScopes.map((scope) => (
          <CheckBox
            key={scope}
            label={scope}
            hint={scopeWords[scope]}
            checked={scopes.includes(scope)}
            onChange={(on) =>
              setScopes(tokenScopes.filter((one) => (one === scope ? on : scopes.includes(one))))
            }
          />
        ))}
        {faultAt(create.error, "scopes") !== undefined && (
          <p role="alert" className="text-sm text-broken">
            {faultAt(create.error, "scopes")}
          </p>
        )}
      </fieldset>
      <Field label="Ends" hint="Empty: never by itself" error={faultAt(create.error, "expires_at")}>
        <Input type="datetime-local" value={expires} onChange={({ target }) => setExpires(target.value)} />
      </Field>
      {hasFaultOutside(create.error, ["name", "scopes", "expires_at"]) && <Problem error={create.error} />}
      <Button
        type="submit"
        look="primary"
        className="w-fit"
        busy={create.isPending}
        disabled={scopes.length === 0}
      >
        Make the token
      </Button>
    </form>
  );
}
