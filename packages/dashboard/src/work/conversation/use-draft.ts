import { useEffect, useState } from "react";

/** A text that survives a refusal and a reload, until it was sent; kept in this window only. */
export function useDraft(key: string): readonly [text: string, set: (text: string) => void] {
  const place = `harness.draft.${key}`;
  const [draft, setDraft] = useState({ place, text: sessionStorage.getItem(place) ?? "" });
  useEffect(() => {
    setDraft((before) =>
      before.place === place ? before : { place, text: sessionStorage.getItem(place) ?? "" },
    );
  }, [place]);
  const set = (text: string) => {
    if (text === "") sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, text);
    setDraft({ place, text });
  };
  return [draft.place === place ? draft.text : "", set];
}
