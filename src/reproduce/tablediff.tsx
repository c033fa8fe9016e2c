import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { TableCell, TableDifference, TableRow } from '../messages';

/** Two tables laid over each other: changed cells show both values. */
export function TableDiff(props: {
  table: TableDifference;
  trans: TranslationBundle;
}): JSX.Element {
  const { table, trans } = props;
  const heads = table.rows.filter(row => row.kind === 'head');
  const rows = table.rows.filter(row => row.kind !== 'head');
  const width = Math.max(1, ...table.rows.map(row => row.cells.length));
  return (
    <>
      <div
        className="nbr-TableDiff"
        role="group"
        aria-label={trans.__('Difference of the table')}
        tabIndex={0}
      >
        <table>
          {heads.length > 0 && (
            <thead>
              {heads.map((row, index) => (
                <tr key={index}>{cellsOf(row, 'th', trans)}</tr>
              ))}
            </thead>
          )}
          <tbody>
            {rows.map((row, index) =>
              row.kind === 'gap' ? (
                <tr key={index} className="nbr-mod-gap">
                  <td colSpan={width}>⋯</td>
                </tr>
              ) : (
                <tr key={index} className={`nbr-mod-${row.kind}`}>
                  {cellsOf(row, 'td', trans)}
                </tr>
              )
            )}
          </tbody>
        </table>
      </div>
      {table.left_out > 0 && (
        <div className="nbr-Report-note">
          {trans._n(
            'One more row differs.',
            '%1 more rows differ.',
            table.left_out
          )}
        </div>
      )}
    </>
  );
}

function cellsOf(
  row: TableRow,
  tag: 'th' | 'td',
  trans: TranslationBundle
): JSX.Element[] {
  return row.cells.map((cell, index) =>
    React.createElement(
      tag === 'td' && index === 0 ? 'th' : tag,
      {
        key: index,
        ...(cell.is_changed ? { className: 'nbr-mod-changed' } : {})
      },
      content(cell, trans)
    )
  );
}

function content(
  { saved, fresh, is_changed }: TableCell,
  trans: TranslationBundle
): JSX.Element {
  if (!is_changed) {
    return <>{saved ?? fresh ?? ''}</>;
  }
  return (
    <>
      {saved !== null && <del title={trans.__('Saved')}>{saved || '␣'}</del>}
      {fresh !== null && (
        <ins title={trans.__('Fresh run')}>{fresh || '␣'}</ins>
      )}
    </>
  );
}
