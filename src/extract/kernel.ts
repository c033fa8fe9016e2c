import type { Kernel, KernelMessage } from '@jupyterlab/services';

import { readProbe } from './importable';
import type { ImportProbe } from './importable';

/** What a silent run answers: it shows nothing, counts nothing and stays out of the history. */
export interface SilentReply {
  ok: boolean;
  /** `Name: message` where the code raised, else ''. */
  error: string;
  /** For each expression that could be evaluated, how Python writes its value. */
  values: Readonly<Record<string, string>>;
}

const PROBE = '_nb_refactor_probe';

/** Runs code that the person is not to notice, then evaluates expressions in the kernel. */
export async function runSilently(
  kernel: Kernel.IKernelConnection,
  code: string,
  expressions: Record<string, string> = {}
): Promise<SilentReply> {
  const future = kernel.requestExecute({
    code,
    silent: true,
    store_history: false,
    user_expressions: expressions,
    allow_stdin: false,
    stop_on_error: false
  });
  const content = (await future.done).content;
  if (content.status !== 'ok') {
    return { ok: false, error: errorOf(content), values: {} };
  }
  return { ok: true, error: '', values: valuesOf(content.user_expressions) };
}

/** Runs the server's probe and reads its answer; null where the probe itself failed. */
export async function probeImport(
  kernel: Kernel.IKernelConnection,
  code: string
): Promise<ImportProbe | null> {
  const reply = await runSilently(kernel, code, {
    answer: PROBE,
    // The person's namespace is left as it was.
    tidy: `globals().pop(${JSON.stringify(PROBE)}, None)`
  });
  return reply.ok
    ? readProbe(readPythonString(reply.values.answer ?? ''))
    : null;
}

/** What the kernel knows of the types of variables, by name; nothing where it does not tell. */
export async function typesOf(
  kernel: Kernel.IKernelConnection,
  code: string,
  names: readonly string[]
): Promise<Record<string, string>> {
  const reply = await runSilently(kernel, '', {
    answer: `(${code})(${JSON.stringify(names)})`
  });
  try {
    return JSON.parse(readPythonString(reply.values.answer ?? '')) as Record<
      string,
      string
    >;
  } catch {
    return {};
  }
}

/** Whether all names are bound in the kernel. */
export async function kernelHas(
  kernel: Kernel.IKernelConnection,
  names: readonly string[]
): Promise<boolean> {
  if (!names.length) {
    return true;
  }
  const set = `{${names.map(name => JSON.stringify(name)).join(', ')}}`;
  const reply = await runSilently(kernel, '', {
    answer: `${set}.issubset(globals())`
  });
  return reply.ok && reply.values.answer === 'True';
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** The text that a Python string literal, as `repr` writes it, stands for. */
export function readPythonString(literal: string): string {
  const quoted = /^(['"])([\s\S]*)\1$/.exec(literal.trim());
  if (!quoted) {
    return literal;
  }
  return quoted[2].replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([\s\S]))/g,
    (_, x?: string, u?: string, U?: string, other?: string) => {
      const code = x ?? u ?? U;
      return code
        ? String.fromCodePoint(parseInt(code, 16))
        : (ESCAPES[other as string] ?? (other as string));
    }
  );
}

function errorOf(content: KernelMessage.IExecuteReplyMsg['content']): string {
  return content.status === 'error'
    ? `${content.ename}: ${content.evalue}`
    : content.status;
}

function valuesOf(
  expressions: KernelMessage.IExecuteReply['user_expressions']
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, answer] of Object.entries(expressions ?? {})) {
    const result = answer as {
      status?: string;
      data?: Record<string, unknown>;
    };
    const text = result.data?.['text/plain'];
    if (result.status === 'ok' && typeof text === 'string') {
      values[key] = text;
    }
  }
  return values;
}
