import { LabIcon } from '@jupyterlab/ui-components';

/** A run, and whether it is equal. */
export const reproduceIcon = new LabIcon({
  name: 'nb-refactor:reproduce',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<path d="M3 5v14l9-7z"/><path d="M14 8h7v2.5h-7zm0 5.5h7V16h-7z"/></g></svg>'
});
