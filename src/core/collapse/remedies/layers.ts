/** Remedies for single layers: their initialization, their activation, and dropout in the wrong place. */
import { removeKeyword, replace } from './edit';
import { callsNamed, removeFromList, type CodeRemedy, type Way } from './remedy';

export const lastDropoutRemedy: CodeRemedy = {
  rules: ['dropout-after-output'],
  reason: () => 'Dropout belongs before the last layer, not after the outputs.',
  ways: (ailment) =>
    callsNamed(ailment, /^(Dropout|Dropout2d|dropout)$/)
      .reverse()
      .map(({ node }): Way => [removeFromList(ailment, node)]),
};

const INITIALIZERS = ['kernel_initializer', 'kernel_init'];

export const initRemedy: CodeRemedy = {
  rules: ['zero-init', 'huge-init'],
  reason: () => 'The default initialization of the layer fits its size.',
  ways: (ailment) => {
    const layers = callsNamed(ailment, /./);
    const edits = layers.flatMap((call) =>
      INITIALIZERS.flatMap((keyword) => (call.keywords.has(keyword) ? [removeKeyword(call, keyword)] : [])),
    );
    return edits.length > 0 ? [edits] : [];
  },
};

export const hiddenActivationRemedy: CodeRemedy = {
  rules: ['saturating-activation'],
  reason: () => 'ReLU passes the gradient on unchanged where it is active.',
  ways: (ailment) => {
    const layers = callsNamed(ailment, /^(Dense|Conv2D|Convolution2D)$/);
    const hidden = layers.slice(0, -1).flatMap((call) => call.keywords.get('activation') ?? []);
    const named = callsNamed(ailment, /^(Sigmoid|sigmoid|Tanh|tanh)$/).flatMap(
      (call) => call.node.field('function') ?? [],
    );
    return [
      hidden.map((node) => replace(node, "'relu'")),
      named.map((node) =>
        replace(
          node,
          node.text.replace(/\w+$/, (name) => (/^[A-Z]/.test(name) ? 'ReLU' : 'relu')),
        ),
      ),
    ].filter((way) => way.length > 0);
  },
};
