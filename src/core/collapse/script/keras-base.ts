/** Reads which pretrained base a Keras net has, and which of its weights are trained. */
import type { Recipe } from '../interventions/index';
import { recordDefault, recordHead, recordRead, reportFault, type Draft, layerCount } from './draft';
import { trainableSettings } from './keras-frozen';
import type { KerasNet } from './keras-net';
import { AS_SCALE, familyScale } from './keras-scaling';
import type { Call, Script } from './syntax';

/** Whether the weights were trained on other images. Without `weights=`, keras.applications takes those of ImageNet. */
function isPretrained(script: Script, base: Call): boolean {
  if (base.name !== base.last && !/(^|\.)applications\./.test(base.name)) return false;
  const weights = base.keywords.get('weights');
  if (weights && script.constant(weights) === null) return false;
  const inside = base.keywords.get('include_preprocessing');
  return !inside || script.constant(inside) === true;
}

function readTrained(script: Script, draft: Draft, base: Call, { fit, compile, onFeatures }: KerasNet): void {
  const record = (value: Recipe['base'], at: Pick<Call['node'], 'line' | 'text'>): void =>
    recordRead(draft, 'base', value, at);
  const position = script.position.bind(script);
  const [compiled, fitted] = [compile, fit].map((call) => (call ? position(call.node) : Infinity)) as [number, number];
  const before = trainableSettings(script).filter(({ node }) => position(node) < fitted);
  const own = before.filter(({ object }) => script.resolve(object) === base.node);
  const some = before.find(({ object }) => script.resolve(object) !== base.node);
  const last = own.at(-1);
  if (onFeatures) record('frozen', base.node);
  else if (some) record('last-blocks', some.node);
  else if (!last) recordDefault(draft, 'base', 'whole', 'Keras trains all weights for which trainable is not False');
  else if (last.value === true) record('whole', last.node);
  else if (last.value === undefined) record('last-blocks', last.node);
  else if (position(last.node) < compiled) record('frozen', last.node);
  else {
    record('whole', last.node);
    reportFault(draft, last.node.line, {
      rule: 'frozen-after-compile',
      severity: 'warning',
      sentence: `${base.last} is frozen after compile() (line ${compile!.line}). Keras takes over such a change only when the net is compiled again, so all weights of the base may still be trained.`,
      remedy: 'Set trainable = False before compile().',
      fields: ['base'],
      stated: ['base'],
    });
  }
}

/**
 * Records the base, and the layers that follow it as the architecture.
 * @param dense the dense layers of the net
 * @returns false if it is not a pretrained base whose input is known
 */
export function readKerasBase(script: Script, draft: Draft, net: KerasNet, dense: readonly Call[]): boolean {
  const base = net.backbone;
  const scale = base ? familyScale(base.last) : null;
  if (!base || scale === null || !isPretrained(script, base)) return false;
  recordRead(draft, 'baseScale', AS_SCALE[scale], base.node);
  readTrained(script, draft, base, net);
  const [first] = dense;
  const count = layerCount(dense, dense);
  if (first) recordHead(script, draft, first, count, 'units');
  return true;
}
