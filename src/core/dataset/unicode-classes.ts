/** Class names that are the same for people and differ in their bytes. */
import { counted } from '../text/numbers';
import type { ReadingCandidate } from './layout-types';

/** Classes whose names differ only in their Unicode form are one: archives of macOS write accents apart. */
export function inOneForm(candidate: ReadingCandidate): ReadingCandidate {
  const names = new Set(Array.from(candidate.labels.values(), ({ className }) => className));
  const forms = new Map([...names].map((name) => [name, name.normalize('NFC')]));
  const twice = [...names].filter((name) => forms.get(name) !== name && names.has(forms.get(name)!));
  if (twice.length === 0) return candidate;
  const own = <T extends { readonly className: string }>(one: T): T =>
    twice.includes(one.className) ? { ...one, className: forms.get(one.className)! } : one;
  const labels = new Map([...candidate.labels].map(([path, label]) => [path, own(label)]));
  const classes = counted(names.size - twice.length, 'class', 'classes');
  const sentence = candidate.layout.sentence.replace(/\d[\d,]* classes\b/, classes);
  return {
    ...candidate,
    layout: { ...candidate.layout, sentence },
    labels,
    missing: candidate.missing.map(own),
    emptyClasses: candidate.emptyClasses.map(own),
    oneForm: twice.map((name) => forms.get(name)!),
  };
}
