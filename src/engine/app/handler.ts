/** The shape of what answers the contract's calls. */
import type { z } from 'zod';
import type { Answer, EngineApi, EngineCall } from '../../contract/api';

type ParamsOf<K extends EngineCall> = z.output<EngineApi[K]['params']>;

/** One function per entry of the contract. */
export type Handlers = {
  readonly [K in EngineCall]: (params: ParamsOf<K>) => Answer<EngineApi, K> | Promise<Answer<EngineApi, K>>;
};
