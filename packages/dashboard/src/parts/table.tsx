import type { ComponentChildren, VNode } from "preact";

/** A column: what its cells show. The first column names its rows. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
}

interface TableProps<Row> {
  /** What the table holds, for who does not see it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

/** What stands for nothing in a cell. A card leaves the cell out. */
const NOTHING = "–";

/** A table whose rows become cards on a narrow page. The roles keep its sense there, where it is not drawn as a table. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>): VNode {
  return (
    <table class="folding" role="table">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">{columns.map(({ title, isNumber }) => <th key={title} role="columnheader" scope="col" class={isNumber === true ? "number" : undefined}>{title}</th>)}</tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ title, cell, isNumber }, index) => {
              const content = cell(row);
              const props = { key: title, "data-label": title, class: [isNumber === true ? "number" : "", content === NOTHING ? "nothing" : ""].join(" ").trim() || undefined };
              return index === 0 ? <th {...props} role="rowheader" scope="row"><span>{content}</span></th> : <td {...props} role="cell"><span>{content}</span></td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
