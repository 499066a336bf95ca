import { describe, expect, it } from 'vitest';
import { lineInWords, scriptCode } from '../../../../../src/core/collapse/script/notebook';

const notebook = (...cells: string[]): string =>
  JSON.stringify({ cells: cells.map((source) => ({ cell_type: 'code', source })) });

describe('the code of a notebook', () => {
  it.each([
    ['!pip install x\na = 1', 'pass\na = 1'],
    ['!wget --quiet \\\n  https://x \\\n  -O /tmp/x\na = 1', 'pass\n\n\na = 1'],
    ['%pip install x', 'pass'],
    ['%matplotlib inline\na = 1', 'pass\na = 1'],
    ['files = !ls data', 'files = None'],
    ['a, b = !ls \\\n data\nc = 1', 'a, b = None\n\nc = 1'],
    ['if ok:\n    !ls\n    %cd x', 'if ok:\n    pass\n    pass'],
    ['?model\nmodel?\nmodel.fit??', 'pass\npass\npass'],
    ['%%bash\nfor f in *; do echo $f; done', '\n'],
    ['\n%%R -i x\nplot(x) <- 3', '\n\n'],
    ['%%writefile train.py\nlr = 1', '\n'],
    ['%%time\na = 1', '\na = 1'],
    ['%%capture out\n!ls\na = 1', '\npass\na = 1'],
    ['text = ("%d"\n  % (3))', 'text = ("%d"\n  % (3))'],
    ['a = b if c else d', 'a = b if c else d'],
  ])('%j is %j', (source, code) => {
    expect(scriptCode(notebook(source))).toBe(code);
  });

  it('leaves out cells of another language', () => {
    const cells = [{ cell_type: 'code', source: 'x <- 1', metadata: { vscode: { languageId: 'r' } } }];
    expect(scriptCode(JSON.stringify({ cells }))).toBe('');
  });

  it('names the cell of a line', () => {
    const source = notebook('!ls \\\n  -l', 'a = 1\nb = 2');
    expect([1, 2, 3, 4].map((line) => lineInWords(source, line))).toEqual([
      'line 1 of code cell 1',
      'line 2 of code cell 1',
      'line 1 of code cell 2',
      'line 2 of code cell 2',
    ]);
    expect(lineInWords('a = 1\nb = 2', 2)).toBe('line 2');
  });
});
