import { describe } from 'vitest';
import { baseCases } from './base-cases';
import { expectCases } from './expectations';

const cases = await baseCases();

describe.skipIf(cases.length === 0)('planted faults of recipes with a pretrained base', () => {
  expectCases(cases);
});
