import { LabIcon } from '@jupyterlab/ui-components';

/** A cell, and behind it one that is not there. */
export const hiddenStateIcon = new LabIcon({
  name: 'nb-refactor:hidden-state',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<path d="M5 9.5h9a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.500 19v-8A1.500 1.500 0 0 1 5 9.500zm.5 2v7h8v-7z"/>' +
    '<path d="M8.500 3.500h3v2h-3zM13.500 3.500h3v2h-3zM18.500 3.500h1a1.500 1.500 0 0 1 1.500 1.500v1.500h-2v-1h-.5zM19 8.500h2v3h-2zM19 13.500h2V15a1.500 1.500 0 0 1-1.500 1.500H18v-2h1z"/>' +
    '</g></svg>'
});
