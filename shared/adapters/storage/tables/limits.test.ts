import { describeLimits } from '../../../../test/contracts/limits.ts';
import { createMemoryWorld } from '../../../../test/contracts/world.ts';

describeLimits(createMemoryWorld);
