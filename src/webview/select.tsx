interface SelectProps<Name extends string> {
  readonly label: string;
  readonly value: Name;
  readonly names: readonly Name[];
  /** What a name is called; the name itself when left out. */
  words?(name: Name): string;
  onChoose(name: Name): void;
}

/** One of some names, by VS Code's look. */
export function Select<Name extends string>({ label, value, names, words, onChoose }: SelectProps<Name>) {
  return (
    <label>
      {label}{" "}
      <select
        value={value}
        onChange={({ target }) => {
          const chosen = names.find((name) => name === target.value);
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {words?.(name) ?? name}
          </option>
        ))}
      </select>
    </label>
  );
}
