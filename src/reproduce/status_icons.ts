import { LabIcon } from '@jupyterlab/ui-components';

import type { RowStatus } from './report';

/** A shape for each status, so that colour is not all that tells them apart. */
const SHAPES: Record<RowStatus, string> = {
  same: 'm9 16.2-3.5-3.5L4.1 14.1 9 19 20 8l-1.4-1.4z',
  different: 'M4 8h16v2.6H4zM4 13.4h16V16H4zM14.2 3.4l2.4 1-7 16.2-2.4-1z',
  unstable: 'M4 13c2-4 4-4 6-1s4 3 7-2l2 1.2c-4 6-7 6-10 2-1.5-2-2-1.5-3 .8z',
  error: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-2h2zm0-4h-2V7h2z',
  not_run: 'M5 11h14v2H5z',
  no_saved_output: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  running: 'M7 4v16l12-8z',
  waiting:
    'M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10z'
};

/** The icon of each status. */
export const STATUS_ICONS = Object.fromEntries(
  Object.entries(SHAPES).map(([status, path]) => [
    status,
    new LabIcon({
      name: `nb-refactor:status-${status.replace(/_/g, '-')}`,
      svgstr:
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
        `<path class="nbr-Report-shape" d="${path}"/></svg>`
    })
  ])
) as Record<RowStatus, LabIcon>;
