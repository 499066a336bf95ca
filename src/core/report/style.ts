/**
 * The style of the report: the window's design tokens (a test keeps them equal), the system's font, no script. Dark if
 * the screen is dark, light on paper.
 */

export const LIGHT = {
  canvas: '#f4f5f7',
  surface: '#ffffff',
  well: '#eceef2',
  line: '#e0e3e9',
  text: '#191d26',
  'text-2': '#4a5262',
  'text-3': '#5b6475',
  accent: '#2b59d1',
  bar: '#4f78e0',
  error: '#b3261e',
  'warning-mark': '#b57200',
  'warning-soft': '#fdf1d8',
  good: '#0b6e5f',
  'split-1': '#2b59d1',
  'split-2': '#58b4d8',
  'split-3': '#b0569a',
  'split-4': '#7b8496',
  picture: '#e3e4e6',
} as const;

export const DARK: Record<keyof typeof LIGHT, string> = {
  canvas: '#121417',
  surface: '#1a1d22',
  well: '#262a32',
  line: '#2b3038',
  text: '#e8eaef',
  'text-2': '#b3bac6',
  'text-3': '#959dab',
  accent: '#7ea4ff',
  bar: '#6f95f2',
  error: '#ff8f80',
  'warning-mark': '#f2bc57',
  'warning-soft': '#3a2e16',
  good: '#5fd0ba',
  'split-1': '#6f95f2',
  'split-2': '#9bdcf3',
  'split-3': '#c973b5',
  'split-4': '#8f97a5',
  picture: '#2a2c2f',
};

const declared = (tokens: Readonly<Record<string, string>>): string =>
  Object.entries(tokens)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

/**
 * Tables of up to this many rows fit on a page and are not broken. A longer table is broken with its header repeated,
 * and leaves no gap before it.
 */
const MOST_ROWS_OF_A_PAGE = 36;

export const STYLE = `
:root{color-scheme:light dark;--font:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif;--mono:ui-monospace,'SF Mono','Cascadia Mono','Liberation Mono',Menlo,Consolas,monospace;${declared(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${declared(DARK)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--text);font:13px/1.5 var(--font);font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main{max-width:1040px;margin:0 auto;padding:32px 24px 48px}
h1,h2,h3,p,dl,dd,figure{margin:0}
h1{font-size:28px;line-height:1.25;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{margin:40px 0 12px;font-size:20px;line-height:1.3}
h3{font-size:15px;line-height:1.4;overflow-wrap:anywhere;max-width:80ch}
.defs{position:absolute}
.brand{display:flex;align-items:center;gap:6px;margin-bottom:16px;color:var(--text-2);font-size:12px;font-weight:600}
.cord{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round}.bob{fill:var(--accent)}
.lead{max-width:80ch;margin-top:4px;color:var(--text-2)}.reading{max-width:100ch;margin:4px 0 0;padding-left:18px;color:var(--text-2);font-size:13px}section>.lead{margin:-4px 0 12px}
.notice{margin-top:12px;padding:8px 12px;border-radius:6px;background:var(--warning-soft)}
.dim,.more,.why,footer{color:var(--text-3)}
.more{margin-top:8px;font-size:12px}
.bad{color:var(--error)}
.path{font:11px/1.4 var(--mono);overflow-wrap:anywhere}
.number{text-align:right;white-space:nowrap}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.mark{flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;vertical-align:-3px}
.mark.error{color:var(--error)}.mark.warning{color:var(--warning-mark)}.mark.info{color:var(--text-3)}.mark.good{color:var(--good)}
.health{display:flex;flex-wrap:wrap;gap:8px 20px;margin-top:16px;font-size:15px;font-weight:600}
.health span{display:inline-flex;align-items:center;gap:6px}
.facts{display:flex;flex-wrap:wrap;gap:8px 28px;margin-top:12px}
.facts dt,.figures dt,caption,.caption{color:var(--text-3);font-size:11px}
.facts dd{overflow-wrap:anywhere}.facts .path{font-size:12px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));margin-top:24px;overflow:hidden;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
section>.figures{margin-top:0;margin-bottom:12px}header+section>.figures{margin-top:24px}
.figures>div{min-width:0;padding:12px 16px;box-shadow:1px 0 var(--line),0 1px var(--line)}
.figures .value{font-size:20px;font-weight:600;line-height:1.4;white-space:nowrap}
.figures .note{color:var(--text-2);font-size:11px;line-height:1.4;overflow-wrap:anywhere}
.card{margin-top:12px;padding:16px 20px;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
h2+.card,.figures+.card,.lead+.card{margin-top:0}
.finding .kind{display:flex;align-items:center;gap:6px;margin-bottom:4px;font-size:12px}
.finding .kind .dim{margin-left:4px}
.why{max-width:80ch;margin-top:4px}
.remedy{max-width:80ch;margin-top:8px}.remedy strong{margin-right:4px}
table{width:100%;border-collapse:collapse}
caption{padding:0 0 4px;font-weight:600;text-align:left}
th,td{padding:3px 8px;border-bottom:1px solid var(--line);font-weight:400;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th.number,td.number{text-align:right;overflow-wrap:normal}
tr>:first-child{padding-left:0}tr>:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--text-3);font-size:11px;vertical-align:bottom}
.tables{display:flex;flex-wrap:wrap;align-items:flex-start;gap:16px 48px;margin-top:16px}.table{min-width:min(260px,100%);max-width:100%;overflow-x:auto}
.table th+th,.table td+td{padding-left:20px}
.classes .name{min-width:120px;max-width:260px}.classes td.wide{width:50%;min-width:80px;vertical-align:middle}
@media(max-width:640px){main{padding:20px 12px 32px}.card{padding:12px}.classes .split{display:none}.classes .name{min-width:96px}.classes td.wide{width:auto;min-width:48px}}
.kind+table{margin-top:12px}.list{margin-top:12px}.list td+td,.list th+th{padding-left:20px}.list .path{font:inherit}.card>:first-child{margin-top:0}.list .kind{width:90px;white-space:nowrap}.changed td{font-weight:600}
.bar{display:block;width:100%;height:10px}
.all{fill:var(--bar)}.flagged{fill:var(--warning-mark)}
.split-1{fill:var(--split-1)}.split-2{fill:var(--split-2)}.split-3{fill:var(--split-3)}.split-4{fill:var(--split-4)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin-bottom:12px;font-size:12px}
.profile{display:block;width:100%;height:96px;margin-bottom:16px;border-bottom:1px solid var(--line)}.profile path{fill:var(--bar)}
.chart{max-width:560px;margin-top:16px}
.histogram{display:block;width:100%;height:88px;border-bottom:1px solid var(--line)}.histogram line{stroke:var(--text);stroke-width:1.5;stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
.axis{display:flex;justify-content:space-between;gap:12px;margin-top:2px;color:var(--text-3);font-size:11px}
.strip{display:grid;grid-template-columns:repeat(auto-fill,minmax(128px,1fr));gap:12px;margin-top:16px}
.groups{display:flex;flex-wrap:wrap;align-items:flex-start;gap:12px;margin-top:16px}
.group{max-width:100%;padding:12px;border:1px solid var(--line);border-radius:6px}.group .strip{display:flex;flex-wrap:wrap;margin-top:0}.group figure{width:128px}
figure{min-width:0}
.ground{display:flex;align-items:center;justify-content:center;aspect-ratio:1;overflow:hidden;border-radius:4px;background:var(--picture)}
.ground img{display:block;width:100%;height:100%;object-fit:contain}.ground .few{image-rendering:pixelated}
.missing{padding:8px;color:var(--text-2);font-size:11px;text-align:center}
figcaption .path{font:inherit}figcaption{display:flex;flex-direction:column;margin-top:4px;font-size:11px;line-height:1.4;overflow-wrap:anywhere}
.index{margin:0;padding:0;list-style:none}.index li+li{margin-top:6px}.index a{display:flex;gap:8px;color:inherit;text-decoration:none}.index a:hover{text-decoration:underline}.index .mark{margin-top:2px}
.more a{color:var(--accent)}a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
footer{margin-top:40px;font-size:11px}
@page{margin:14mm}
@media print{
:root{color-scheme:light}
body{background:#fff;font-size:9.5pt;line-height:1.45;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{max-width:none;padding:0}
.card,.figures{border-radius:4px}
.card{padding:12px 16px;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.figures{grid-template-columns:repeat(4,1fr)}
th,td{padding-block:2px}
.strip{grid-template-columns:repeat(6,1fr)}.group figure{width:82px}
h2,h3,.lead,p.kind,.why,.remedy,.legend,.caption,caption,thead,.card>p:first-child{break-after:avoid}
tr:nth-child(-n+2):not(:last-child){break-after:avoid}
.more,footer{break-before:avoid}
.finding,.figures,.facts,p,.chart,.profile,.group,figure,li,tr,.table,table:not(:has(tr:nth-child(${MOST_ROWS_OF_A_PAGE}))){break-inside:avoid}
}
`;
