import { LabIcon } from '@jupyterlab/ui-components';

/** Code that leaves its box. */
export const extractIcon = new LabIcon({
  name: 'nb-refactor:extract',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<path d="M13 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8v-2H6V6h7z"/>' +
    '<path d="m16 7-1.4 1.4 2.6 2.6H9v2h8.2l-2.6 2.6L16 17l5-5z"/></g></svg>'
});
