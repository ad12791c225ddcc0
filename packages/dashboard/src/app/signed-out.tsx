import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Field, Input } from "../ui/index.ts";

/** What a browser sees that nobody logged in with. */
export function SignedOut(): ReactNode {
  const [text, setText] = useState("");
  const enter = (event: FormEvent) => {
    event.preventDefault();
    // The whole address, or its code alone.
    const code = /(?:code=)?([\w-]{16,})\s*$/.exec(text)?.[1];
    if (code) location.assign(`/login?code=${encodeURIComponent(code)}`);
  };
  return (
    <main className="mx-auto flex max-w-md flex-col gap-4 p-6 pt-[15dvh]">
      <h1 className="text-xl font-semibold">Harness</h1>
      <p>
        Nobody is logged in with this browser. Type{" "}
        <code className="rounded bg-sunken px-1 font-mono">harness login</code> on the machine of the server
        and open the address it prints. It works once and for two minutes.
      </p>
      <form onSubmit={enter} className="flex flex-col gap-3">
        <Field label="Or put the address here">
          <Input
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <Button type="submit" look="primary">
          Log in
        </Button>
      </form>
    </main>
  );
}
