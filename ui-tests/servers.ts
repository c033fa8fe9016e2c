/** The port of the first Jupyter server; another one lets two runs of the tests go on at once. */
export const PORT = Number(process.env.NB_REFACTOR_UI_PORT ?? '8951');

/** The port of the server whose documents several browsers share. */
export const SHARED_PORT = PORT + 1000;

/** Where the server of a port is found. */
export function addressOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
