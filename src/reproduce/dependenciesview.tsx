import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Dependencies } from '../messages';
import { groupsOf } from './dependencies';
import type { Group } from './dependencies';
import type { CellTitle } from './report';

interface DependenciesProps {
  dependencies: Dependencies;
  titles: readonly CellTitle[];
  goTo(title: CellTitle): void;
  trans: TranslationBundle;
}

/** What the run depended on, and what it left. */
export function DependenciesView(props: DependenciesProps): JSX.Element | null {
  const { dependencies, trans } = props;
  const groups = groupsOf(dependencies, trans);
  const { environment } = dependencies;
  if (!groups.length && !environment) {
    return null;
  }
  return (
    <section
      className="nbr-Dependencies"
      aria-label={trans.__('What it depends on')}
    >
      <h3>{trans.__('What it depends on')}</h3>
      {environment && (
        <div className="nbr-Report-note">
          {`${environment.python.replace('cpython', 'Python')}, ${environment.platform}`}
        </div>
      )}
      {!dependencies.is_complete && (
        <div className="nbr-Report-note">
          {trans.__('The kernel ended before all was told.')}
        </div>
      )}
      {groups.map(group => (
        <GroupView key={group.title} {...props} group={group} />
      ))}
    </section>
  );
}

function GroupView(props: DependenciesProps & { group: Group }): JSX.Element {
  const { group, titles, goTo, trans } = props;
  const warnings = group.items.filter(item => item.warns).length;
  return (
    <details className="nbr-Dependencies-group">
      <summary>
        {group.title}
        <span className="nbr-Report-note">
          {warnings
            ? trans.__('%1, %2 to look at', group.items.length, warnings)
            : group.items.length}
        </span>
      </summary>
      <ul>
        {group.items.map((item, index) => {
          const title = titles.find(each => each.cellId === item.cellId);
          return (
            <li key={index} className={item.warns ? 'nbr-mod-warns' : ''}>
              <code>{item.text}</code>
              {item.note && <span>{item.note}</span>}
              {title && (
                <button
                  type="button"
                  className="nbr-Report-link"
                  onClick={() => goTo(title)}
                >
                  {trans.__('cell %1', title.number)}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
