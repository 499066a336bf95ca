import type { CheckFinding } from './check';

const severities = ['error', 'warning', 'info'] as const;

/** By severity, then by score, then in the order of the registry. */
export function worstFirst(findings: readonly CheckFinding[]): CheckFinding[] {
  return [...findings].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.score - a.score,
  );
}
