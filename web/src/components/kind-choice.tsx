// One of a few kinds of thing, each with a sentence about it: radio buttons in boxes.
import { useId } from 'react';

interface Props<T extends string> {
  label: string;
  kinds: { value: T; name: string; hint: string }[];
  value: T;
  onChange: (value: T) => void;
}

export function KindChoice<T extends string>({ label, kinds, value, onChange }: Props<T>) {
  const id = useId();
  return (
    <div className="kinds" role="radiogroup" aria-label={label}>
      {kinds.map((kind) => (
        <div key={kind.value} className={`kind ${value === kind.value ? 'kind-chosen' : ''}`}>
          <input
            id={`${id}-${kind.value}`}
            type="radio"
            name={id}
            value={kind.value}
            checked={value === kind.value}
            aria-describedby={`${id}-${kind.value}-hint`}
            onChange={() => onChange(kind.value)}
          />
          <label htmlFor={`${id}-${kind.value}`}>{kind.name}</label>
          <small id={`${id}-${kind.value}-hint`}>{kind.hint}</small>
        </div>
      ))}
    </div>
  );
}
