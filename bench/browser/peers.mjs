/**
 * The same three tasks with nb_refactor, with JupyterLab alone and with its peers, in Chromium:
 *
 *   python -m venv peers
 *   peers/bin/pip install jupyterlab ipykernel jupyterlab-git jupyterlab-lsp \
 *       'python-lsp-server[rope]' pylsp-rope lckr-jupyterlab-variableinspector
 *   node bench/browser/peers.mjs peers
 *
 * Each way is the shortest that a person can take, with the mouse and the keyboard. Counted are
 * clicks and keys (each typed letter is one) from the notebook as it lies open, to the moment when
 * the answer is on the screen or the work is done; seconds are those of the machine, without any
 * thought. Where a peer cannot do the task, its row says so.
 */

import { join, resolve } from 'node:path';

import { idle, withBrowser, withServer } from '../../scripts/jupyter_lab.mjs';

const PORT = Number(process.env.NB_REFACTOR_UI_PORT ?? 8955);
const PEERS = resolve(process.argv[2] ?? 'peers');
const ROUNDS = Number(process.env.ROUNDS ?? 3);

const CODE = [
  'kept = [row for row in rows if row]',
  'numbers = [int(row) for row in kept]',
  'total = sum(numbers)'
];

const NOTEBOOK = [
  ['rows', 'rows = ["1", "2", "", "3"]'],
  ['clean', CODE.join('\n')],
  ['scale', 'scale = 2'],
  ['show', 'print(total * scale)']
];

/** A hand on mouse and keyboard that counts. */
class Hand {
  constructor(page) {
    this.page = page;
    this.clicks = 0;
    this.keys = 0;
  }

  async click(what, options = {}) {
    this.clicks += 1;
    await this.page.locator(what).first().click(options);
  }

  async press(key) {
    this.keys += 1;
    await this.page.keyboard.press(key);
  }

  async type(text) {
    this.keys += text.length;
    await this.page.keyboard.type(text);
  }

  /** What has to be seen before the next step. */
  async see(what, options = {}) {
    await this.page.locator(what).first().waitFor(options);
  }
}

const cell = id =>
  `.jp-NotebookPanel .jp-Notebook .jp-Cell >> nth=${NOTEBOOK.findIndex(([name]) => name === id)}`;

/** Kernel > Restart Kernel and Run All Cells… > Restart. */
async function restartAndRunAll(hand) {
  await hand.click('.lm-MenuBar-item:has-text("Kernel")');
  await hand.click(
    '.lm-Menu-item[data-command="runmenu:restart-and-run-all"], .lm-Menu-item[data-command="kernelmenu:restart-and-run-all"]'
  );
  await hand.click('.jp-Dialog .jp-mod-warn');
}

/** The same, to the output of the last cell. */
async function runAnew(hand) {
  await restartAndRunAll(hand);
  await idle(hand.page);
  await hand.see('.jp-InputPrompt:has-text("[4]:")');
}

/** What is asked, how the notebook gets into that state, and the ways. */
const TASKS = [
  {
    name: 'find why a cell is stale',
    // The cell that a result comes from is deleted, and the result computed again.
    prepare: async page => {
      await runAll(page);
      await page.evaluate(() => {
        const { content } = window.jupyterapp.shell.currentWidget;
        content.activeCellIndex = 2;
        content.mode = 'command';
      });
      await page.evaluate(async () => {
        const { commands, shell } = window.jupyterapp;
        await commands.execute('notebook:delete-cell');
        shell.currentWidget.content.activeCellIndex = 2;
        await commands.execute('notebook:run-cell');
      });
      await idle(page);
    },
    ways: [
      {
        who: 'nb_refactor',
        does: 'names the deleted cell and offers to bring it back',
        take: async hand => {
          await hand.click('.nbr-StatusItem');
          await hand.see('.nbr-Finding:has-text("no longer in the notebook")');
        }
      },
      {
        who: 'JupyterLab',
        does: 'shows that a name is missing, not where it came from; the session is lost',
        take: async hand => {
          await restartAndRunAll(hand);
          await hand.see('.jp-OutputArea-output:has-text("NameError")');
        }
      },
      {
        who: 'debugger of JupyterLab',
        cannot: 'shows the values of variables, not where they come from'
      },
      {
        who: 'table of contents of JupyterLab',
        cannot: 'shows headings, and under which of them a cell is running'
      },
      {
        who: 'variable inspector 3.2.4',
        cannot: 'lists the values of variables, not where they come from'
      },
      {
        who: 'jupyterlab-git 0.55',
        cannot: 'compares files; what the kernel ran is in none'
      }
    ]
  },
  {
    name: "move a cell's code to a module",
    prepare: runAll,
    ways: [
      {
        who: 'nb_refactor',
        does: 'parameters, returned values, import and call are written; undone in one step',
        take: async hand => {
          await hand.click(`${cell('clean')} >> .jp-InputArea-editor`);
          await hand.click(
            '.jp-Cell.jp-mod-active [data-command="nb-refactor:extract"]'
          );
          await hand.see('.nbr-ExtractDialog .nbr-Diff');
          await hand.click('.nbr-ExtractDialog .jp-mod-accept:enabled');
          await hand.see('.nbr-ExtractDialog', { state: 'detached' });
          await hand.see(`${cell('clean')} >> :text("import")`);
        }
      },
      {
        who: 'JupyterLab',
        does: 'cut, new file, paste, and what goes in and out by hand',
        take: async hand => {
          await hand.click(`${cell('clean')} >> .jp-InputArea-editor`);
          await hand.press('Control+a');
          await hand.press('Control+x');
          await hand.type('from steps import clean\n\ntotal = clean(rows)');
          await hand.click('#jp-main-dock-panel .lm-TabBar-addButton');
          await hand.click('.jp-LauncherCard:has-text("Python File")');
          await hand.see('.jp-FileEditor .cm-content');
          await hand.click('.jp-FileEditor .cm-content');
          await hand.type('def clean(rows):\n');
          await hand.press('Control+v');
          // The first line is indented by the editor, the two others by hand.
          await hand.press('Shift+ArrowUp');
          await hand.press('Control+]');
          await hand.press('Control+End');
          await hand.type('\nreturn total');
          await hand.press('Control+s');
          await hand.see('.jp-Dialog input');
          await hand.press('Control+a');
          await hand.type('steps.py');
          await hand.press('Enter');
          await hand.see('.lm-TabBar-tab:has-text("steps.py")');
        },
        check: async (page, base) => {
          const answer = await page.request.get(
            `${base}/api/contents/steps.py`
          );
          const { content } = await answer.json();
          const wanted = [...CODE, 'return total'].map(line => `    ${line}`);
          const whole = ['def clean(rows):', ...wanted].join('\n');
          if (content.trimEnd() !== whole) {
            throw new Error(`The module is not as it should be:\n${content}`);
          }
        }
      },
      {
        who: 'jupyterlab-lsp 5.3 with rope',
        cannot:
          'renames a symbol; extraction is a code action, of which it has none'
      }
    ]
  },
  {
    name: 'check that a notebook reproduces',
    prepare: async page => {
      await runAll(page);
      await page.evaluate(
        async () => await window.jupyterapp.commands.execute('docmanager:save')
      );
      await silently(
        page,
        'import subprocess\n' +
          'for command in ("git init -q", "git add -A", "git -c user.name=a -c user.email=a@b.c commit -qm saved"):\n' +
          '    subprocess.run(command, shell=True, capture_output=True)'
      );
    },
    ways: [
      {
        who: 'nb_refactor',
        does: 'compares every output in a fresh kernel; session and file stay as they are',
        take: async hand => {
          await hand.click('[data-jp-item-name="nb-refactor-reproduce"]');
          await hand.see('.nbr-Report-headline:has-text("Reproduced")', {
            timeout: 120_000
          });
        }
      },
      {
        who: 'JupyterLab',
        does: 'runs; nothing is compared, since the old outputs are overwritten; the session is lost',
        take: async hand => {
          await runAnew(hand);
        }
      },
      {
        who: 'jupyterlab-git 0.55 with nbdime 4',
        does: 'a diff of what was committed, to be read by eye; session and file are overwritten',
        take: async hand => {
          await runAnew(hand);
          await hand.press('Control+s');
          await hand.click(
            '.jp-NotebookPanel-toolbar .jp-Toolbar-item:has-text("git"), .jp-NotebookPanel-toolbar [title*="git" i]'
          );
          await hand.see('.nbdime-Widget, .nbdime-root, .jp-Notebook-diff');
        }
      }
    ]
  }
];

async function runAll(page) {
  await page.evaluate(
    async () =>
      await window.jupyterapp.commands.execute('notebook:run-all-cells')
  );
  await idle(page);
}

async function open(page, base) {
  const cells = NOTEBOOK.map(([id, source]) => ({
    id,
    source,
    metadata: {},
    cell_type: 'code',
    execution_count: null,
    outputs: []
  }));
  const kernelspec = {
    name: 'python3',
    display_name: 'Python 3 (ipykernel)',
    language: 'python'
  };
  await page.request.put(`${base}/api/contents/work.ipynb`, {
    data: {
      type: 'notebook',
      format: 'json',
      content: {
        nbformat: 4,
        nbformat_minor: 5,
        metadata: { kernelspec },
        cells
      }
    }
  });
  await page.goto(`${base}/lab/tree/work.ipynb?reset`);
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  await page.waitForFunction(
    () => window.jupyterapp.shell.currentWidget?.sessionContext?.isReady
  );
  await idle(page);
  // What the round before has written.
  await silently(
    page,
    'import pathlib, shutil\n' +
      'shutil.rmtree("src", ignore_errors=True)\n' +
      'for name in ("steps.py", "pyproject.toml"):\n' +
      '    pathlib.Path(name).unlink(missing_ok=True)'
  );
}

/** Runs code in the kernel without a trace. */
async function silently(page, code) {
  await page.evaluate(async code => {
    const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
    await session.kernel.requestExecute({ code, silent: true }).done;
  }, code);
}

/** The figures of one way: of the rounds, the one in the middle. */
async function measure(browser, base, task, way) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 }
    });
    page.setDefaultTimeout(30_000);
    try {
      await open(page, base);
      await task.prepare(page);
      const hand = new Hand(page);
      const from = performance.now();
      await way.take(hand);
      const seconds = (performance.now() - from) / 1000;
      await way.check?.(page, base);
      rounds.push({ clicks: hand.clicks, keys: hand.keys, seconds });
    } catch (error) {
      await page.screenshot({ path: `ui-tests/test-results/peers.png` });
      throw new Error(`${task.name}, ${way.who}: ${error}`);
    } finally {
      await page.close();
    }
  }
  rounds.sort((a, b) => a.seconds - b.seconds);
  return rounds[Math.floor(rounds.length / 2)];
}

/** Measures all ways that `isOurs` says belong to this server. */
async function measureAll(base, isOurs) {
  return await withBrowser(async browser => {
    const found = new Map();
    for (const task of TASKS) {
      for (const way of task.ways) {
        if (way.take && (way.who === 'nb_refactor') === isOurs) {
          found.set(way, await measure(browser, base, task, way));
          console.error(task.name, way.who, found.get(way));
        }
      }
    }
    return found;
  });
}

const ours = await withServer(String(PORT), base => measureAll(base, true));
const theirs = await withServer(
  String(PORT + 1000),
  base => measureAll(base, false),
  {
    program: join(PEERS, 'bin', 'jupyter'),
    env: {
      PATH: `${join(PEERS, 'bin')}:${process.env.PATH}`,
      PYTHONPATH: '',
      VIRTUAL_ENV: PEERS,
      JUPYTER_PATH: '',
      JUPYTER_CONFIG_DIR: join(PEERS, 'etc', 'jupyter-none')
    }
  }
);
const figures = new Map([...ours, ...theirs]);
console.log('| task | with | clicks | keys | seconds | what it gives |');
console.log('|---|---|---|---|---|---|');
for (const task of TASKS) {
  for (const way of task.ways) {
    const { clicks, keys, seconds } = figures.get(way) ?? {};
    const counted = figures.has(way)
      ? [clicks, keys, seconds.toFixed(1)]
      : ['cannot', '', ''];
    const row = [task.name, way.who, ...counted, way.does ?? way.cannot];
    console.log(`| ${row.join(' | ')} |`);
  }
}
