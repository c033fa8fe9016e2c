import { LabIcon } from '@jupyterlab/ui-components';

/** Lines, some of which are worth a box. */
export const extractableIcon = new LabIcon({
  name: 'nb-refactor:candidates',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<path d="M3 4h10v2H3zM3 18h10v2H3z"/>' +
    '<path d="M4 8.500h9a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1zm1 2v3h7v-3z"/>' +
    '<path d="m18 8-1.400 1.400 1.600 1.600H15v2h3.200l-1.600 1.600L18 16l4-4z"/>' +
    '</g></svg>'
});
