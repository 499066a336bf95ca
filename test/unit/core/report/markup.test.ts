import { describe, expect, it } from 'vitest';
import { breakable, escape, html } from '../../../../src/core/report/markup';

const EVIL = '<img src=x onerror=alert(1)>';

describe('markup', () => {
  it('escapes every value, in elements and in attributes', () => {
    expect(html`<p title="${`" onclick='x' ${EVIL}`}">${EVIL} & ${'`'}</p>`.text).toBe(
      '<p title="&quot; onclick=&#39;x&#39; &lt;img src=x onerror=alert(1)&gt;">&lt;img src=x onerror=alert(1)&gt; & &#96;</p>',
    );
  });

  it('inserts markup unchanged, joins lists and omits empty values', () => {
    expect(html`<ul>${['<', 1, 0].map((value) => html`<li>${value}</li>`)}${null}${false}${''}</ul>`.text).toBe(
      '<ul><li>&lt;</li><li>1</li><li>0</li></ul>',
    );
  });

  it('does not accept an object that only looks like markup', () => {
    const forged = JSON.parse('{"text":"<b>"}') as string;
    expect(() => html`${forged}`).toThrow();
  });

  it('lets a long name break between its parts, and before the file extension', () => {
    expect(breakable('train/cat_and-dog/img_007251.png').text).toBe(
      'train/<wbr>cat_<wbr>and-<wbr>dog/<wbr>img_<wbr>007251<wbr>.png',
    );
    expect(breakable('no end.').text).toBe('no end.');
    expect(breakable(`${EVIL}_0.5`).text).toBe(`${escape(EVIL)}_<wbr>0.5`);
  });

  it('writes invisible characters, and characters that change the reading direction, as escapes', () => {
    expect(escape('a\u202egpj.exe\u0000\n\u200b')).toBe('a\\u202egpj.exe\\u0000\\u000a\\u200b');
    expect(escape('\ud800')).toBe('\\ud800');
    expect(escape('猫 😀 é')).toBe('猫 😀 é');
  });
});
