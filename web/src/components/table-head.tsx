// One row of column heads. A column is its name, or its name with how it looks.
type Column = string | { name: string; className?: string; title?: string };

export const numeric = (name: string) => ({ name, className: 'number' });

// A column without a name has no head: what stands below it says what it is.
export function TableHead({ columns }: { columns: Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column, place) => {
          const { name, className, title } = typeof column === 'string' ? { name: column } : column;
          return name === '' ? (
            <td key={place} />
          ) : (
            <th key={place} scope="col" className={className} title={title}>
              {name}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
