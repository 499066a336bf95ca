/** The report as one self-contained HTML file: no network, no script, no other file. */
import { appendix } from './appendix';
import { distribution } from './distribution';
import { findingsSection, mutedSection } from './findings';
import { figures, head } from './head';
import { html, trusted } from './markup';
import { SYMBOLS } from './marks';
import type { ReportPage } from './material';
import { probeSection } from './probe';
import { remarksSection } from './remarks';
import { reviewSection } from './review';
import { STYLE } from './style';
import { trainingSection } from './training';

/** The policy also forbids what the page does not contain: scripts and any network access. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The whole file. */
export function reportHtml(page: ReportPage): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Plumbline ${page.report.plumbline}">
<title>${page.name} · Plumbline report</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${trusted(SYMBOLS)}
<main>
${head(page)}
${figures(page)}
${distribution(
  page.classes,
  page.report.dataset.splits.map((split) => split.name),
)}
${findingsSection(page)}
${trainingSection(page)}
${reviewSection(page)}
${remarksSection(page)}
${probeSection(page)}
${mutedSection(page)}
${appendix(page)}
</main>
</body>
</html>
`.text;
}
