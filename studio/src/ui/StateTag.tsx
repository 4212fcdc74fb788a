import { Icon } from "./Icon";
import { stateOf } from "./states";

export function StateTag({ state, word }: { state: string; word?: string }) {
  const known = stateOf(state);
  return (
    <span className={`tag ${known.tone}`}>
      {known.icon ? <Icon name={known.icon} size={12} /> : null}
      {word ?? known.word}
    </span>
  );
}
