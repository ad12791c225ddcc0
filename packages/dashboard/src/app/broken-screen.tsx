import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button, Empty, Screen, visibleText } from "../ui/index.ts";

/** Instead of a screen that broke, such as one whose files a newer server no longer has. */
export function BrokenScreen({ error }: ErrorComponentProps): ReactNode {
  return (
    <Screen title="This screen broke">
      <Empty title="Nothing of your work is lost: the page shows it only">
        <code className="font-mono text-sm wrap-anywhere">{visibleText(String(error))}</code>
        <Button look="primary" onClick={() => location.reload()}>
          Load the page again
        </Button>
      </Empty>
    </Screen>
  );
}
