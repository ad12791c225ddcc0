import { type ReactNode, useContext } from "react";
import { useObserved } from "../live/index.ts";
import { Dialog } from "../ui/index.ts";
import { Keys } from "./command-bar.tsx";
import { CommandsContext } from "./hooks.ts";

/** The keys that do something here and now. */
export function Help({ onClose }: { readonly onClose: () => void }): ReactNode {
  const commands = useObserved(useContext(CommandsContext).all).filter(({ keys }) => keys !== undefined);
  const groups = Map.groupBy(commands, ({ group }) => group);
  return (
    <Dialog title="Keys" onClose={onClose} wide>
      <div className="grid gap-6 sm:grid-cols-2">
        {[...groups].map(([group, some]) => (
          <section key={group}>
            <h3 className="mb-1 font-semibold">{group}</h3>
            <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1">
              {some.map(({ id, title, keys = "" }) => (
                <div key={id} className="contents">
                  <dt>
                    <Keys keys={keys} />
                  </dt>
                  <dd>{title}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
