import { LabIcon } from '@jupyterlab/ui-components';

/** A notebook whose lines become boxes. */
export const panelIcon = new LabIcon({
  name: 'nb-refactor:panel',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<path d="M4 3h9a1 1 0 0 1 1 1v4h-2V5H5v14h7v-3h2v4a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z"/>' +
    '<path d="M7 7h3v2H7zm0 4h6.200l-1.600-1.600L13 8l4 4-4 4-1.400-1.400 1.600-1.600H7z"/>' +
    '<path d="M17.500 8H20a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2.500v-2H19v-4h-1.500z"/>' +
    '</g></svg>'
});
