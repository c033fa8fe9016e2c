import { LabIcon } from '@jupyterlab/ui-components';

/** Cells, and what flows between them. */
export const mapIcon = new LabIcon({
  name: 'nb-refactor:map',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<path d="M8 3h8v5h-3v3h5a1 1 0 0 1 1 1v4h3v5h-8v-5h3v-3H7v3h3v5H2v-5h3v-4a1 1 0 0 1 1-1h5V8H8z"/>' +
    '</g></svg>'
});
